namespace Gatepost.Benchmarks;

/// <summary>Measures rooms alone: <c>dotnet run -c Release --project bench/Gatepost.Benchmarks -- spool writers=10 size=4096</c>.</summary>
internal static class Program
{
    private static async Task<int> Main(string[] arguments)
    {
        var settings = new Settings(arguments.Skip(1));
        switch (arguments.FirstOrDefault())
        {
            case "spool":
                await SpoolBenchmark.RunAsync(settings);
                return 0;
            case "queue":
                await QueueBenchmark.RunAsync(settings);
                return 0;
            case "journal":
                await JournalBenchmark.RunAsync(settings);
                return 0;
            case "search":
                await SearchBenchmark.RunAsync(settings);
                return 0;
            case "state":
                await StateBenchmark.RunAsync(settings);
                return 0;
            case "refusals":
                await RefusalBenchmark.RunAsync(settings);
                return 0;
            case "dkim":
                await DkimBenchmark.RunAsync(settings);
                return 0;
            case "explain":
                return ExplainBenchmark.Run(settings);
            case "unseen":
                return UnseenBenchmark.Run(settings);
            case "replies":
                return RepliesBenchmark.Run(settings);
            default:
                Console.Error.WriteLine(
                    "spool writers=10 size=4096 seconds=5 settle=true inline=1024 | queue messages=1000000 | journal events=500000 | search events=10000000 folder=DIR | "
                    + "state count=200000 keys=5000 | refusals count=500000 domain=hosted.test | explain folder=DIR rounds=20 lines=200000 | replies rounds=100000 | "
                    + "dkim count=5000 | "
                    + "unseen corpus=DIR misses=FILE");
                return 64;
        }
    }
}

/// <summary><c>name=value</c> arguments.</summary>
internal sealed class Settings(IEnumerable<string> arguments)
{
    private readonly Dictionary<string, string> values = arguments.Select(argument => argument.Split('=', 2))
        .ToDictionary(pair => pair[0], pair => pair.ElementAtOrDefault(1) ?? "true");

    public int Number(string name, int otherwise) =>
        values.TryGetValue(name, out string? value) ? int.Parse(value, System.Globalization.CultureInfo.InvariantCulture) : otherwise;

    public bool Is(string name, bool otherwise) => values.TryGetValue(name, out string? value) ? value == "true" : otherwise;

    public string Text(string name, string otherwise) => values.GetValueOrDefault(name, otherwise);
}
