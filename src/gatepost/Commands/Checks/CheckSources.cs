using System.CommandLine;
using System.Net;
using Gatepost.Delivery.Http;
using Gatepost.Delivery.Tls.Sts;
using Gatepost.Dns;
using Gatepost.Files;
using Gatepost.Replies;

namespace Gatepost.Commands;

/// <summary>What the checks read: DNS, the clock, a message.</summary>
internal static class CheckSources
{
    private const int MaxMessage = 64 * 1024 * 1024;

    /// <summary>A person waits for the answer: 4 s in all, where a server may be more patient.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    public static readonly Argument<string> Message = new("FILE")
    {
    };

    public static readonly Option<string?> Now = new("--now")
    {
        HelpName = "TIME",
    };

    public static readonly Option<string?> Ip = new("--ip") { HelpName = "ADDRESS" };

    public static readonly Option<string> Helo = new("--helo")
    {
        HelpName = "NAME",
        DefaultValueFactory = _ => "",
    };

    public static readonly Option<string> From = new("--from")
    {
        HelpName = "ADDRESS",
        DefaultValueFactory = _ => "",
    };

    /// <summary>A domain as it is asked for in DNS: A-labels, lower case, no final dot. What is none stays as it was written.</summary>
    public static string Domain(string written) => DnsName.Normalise(written) ?? written;

    /// <summary>The address of <c>--ip</c>; null when it is none, or needed and not there, which is said.</summary>
    public static IPAddress? Client(ParseResult parsed, bool isNeeded)
    {
        string? text = parsed.GetValue(Ip);
        if (IPAddress.TryParse(text, out var client))
            return client;
        if (text is not null || isNeeded)
        {
            parsed.WriteError(text is null ? OurEvidence.ClientMissing.Say() : OurEvidence.OptionNoIp.Say("--ip", text));
        }

        return null;
    }

    /// <summary>The resolver named on the command line, which needs no configuration; else the configured one.</summary>
    public static IResolver Resolver(ParseResult parsed) => new DnsResolver(
        parsed.GetValue(CommandLine.Dns) is { } dns
            ? new DnsOptions { Servers = [IPEndPoint.Parse(dns)], Timeout = Patience, Retries = 1 }
            : CommandLine.LoadSettings(parsed).Settings.Dns,
        TimeProvider.System);

    /// <summary>Finds MTA-STS policies as delivery does, and remembers none; the caller disposes the fetch.</summary>
    public static StsFetch Sts(IResolver dns, out StsPolicies policies)
    {
        var fetch = new StsFetch(new GuardedHttp(dns, _ => false));
        policies = new StsPolicies(dns, fetch, null, TimeProvider.System);
        return fetch;
    }

    /// <summary>Does something with the message, the resolver and the clock that the command line names.</summary>
    /// <returns>Its exit status; another, and a message, where one of them cannot be had.</returns>
    public static async Task<int> WithMessageAsync(ParseResult parsed, Func<Stream, IResolver, TimeProvider, Task<int>> check)
    {
        if (Clock(parsed) is not { } time)
            return ExitCode.Usage;
        await using var message = Read(parsed);
        return message is null ? ExitCode.NoInput : await check(message, Resolver(parsed), time);
    }

    /// <summary>The clock to check by; null when the time given cannot be read, which is said.</summary>
    private static TimeProvider? Clock(ParseResult parsed)
    {
        if (parsed.GetValue(Now) is not { } text)
            return TimeProvider.System;
        if (TimeArgument.Read(text, TimeProvider.System.GetUtcNow()) is { } now)
            return new FixedClock(now);
        parsed.WriteError(OurEvidence.OptionNoTime.Say("--now", text));
        return null;
    }

    /// <summary>The message as on the wire; null when there is none, which is said.</summary>
    private static MemoryStream? Read(ParseResult parsed)
    {
        string file = parsed.GetValue(Message)!;
        try
        {
            using var source = file == "-" ? Console.OpenStandardInput() : File.OpenRead(file);
            using var octets = new MemoryStream();
            byte[] chunk = new byte[64 * 1024];
            for (int read; octets.Length <= MaxMessage && (read = source.Read(chunk)) > 0;)
                octets.Write(chunk, 0, read);
            if (octets.Length <= MaxMessage)
                return new MemoryStream(MessageFile.OnTheWire(octets.ToArray()), writable: false);
            parsed.WriteError(OurEvidence.FileTooLarge.Say(file, new Octets(MaxMessage)));
        }
        catch (Exception failure) when (Disk.IsFailure(failure))
        {
            parsed.WriteError(OurEvidence.FileUnreadable.Say(file, failure.Message));
        }

        return null;
    }

    private sealed class FixedClock(DateTimeOffset now) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => now;
    }
}
