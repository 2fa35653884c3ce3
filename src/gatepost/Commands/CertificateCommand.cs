using System.CommandLine;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using Gatepost.Acme;
using Gatepost.Configuration;
using Gatepost.Files;
using Gatepost.Replies;
using Gatepost.Web.Control;

namespace Gatepost.Commands;

/// <summary><c>gatepost certificate list|order|renew</c>: certificates of the configuration and those that the server orders.</summary>
internal static class CertificateCommand
{
    public static Command Build() => new("certificate")
    {
        List(),
        Order("order", CertificateVerb.Order),
        Order("renew", CertificateVerb.Renew),
    };

    private static Argument<string?> Name() =>
        new("name") { Arity = ArgumentArity.ZeroOrOne };

    private static Command List()
    {
        var name = Name();
        var command = new Command("list")
        {
            name, CommandLine.Config, CommandLine.Data, CommandLine.Json,
        };
        command.SetAction(async (parsed, cancel) =>
        {
            var settings = CommandLine.LoadSettings(parsed).Settings;
            var answer = await AskAsync(parsed, settings, new(CertificateVerb.List, parsed.GetValue(name)), cancel);
            if (answer.Refusal is { } refusal)
            {
                parsed.WriteError(refusal);
                return ExitCode.Nothing;
            }

            List<CertificateLine> lines = [.. parsed.GetValue(name) is null ? Configured(settings) : [], .. answer.Certificates];
            Write(parsed, lines.ConvertAll(line => Judged(line, TimeProvider.System.GetUtcNow())));
            return lines.Count == 0 || lines.Exists(line => line.Problem is not null) ? ExitCode.Nothing : ExitCode.Done;
        });
        return command;
    }

    private static Command Order(string verb, CertificateVerb what)
    {
        var name = Name();
        var newKey = new Option<bool>("--new-key");
        var command = new Command(verb) { name, newKey, CommandLine.Config, CommandLine.Data, CommandLine.Json };
        command.SetAction(async (parsed, cancel) =>
        {
            var settings = CommandLine.LoadSettings(parsed).Settings;
            var answer = await AskAsync(parsed, settings, new(what, parsed.GetValue(name), parsed.GetValue(newKey)), cancel);
            if (answer.Refusal is { } refusal)
                parsed.WriteError(refusal);
            var (texts, terminal) = (CommandTexts.Of(parsed), Terminal.Standard);
            foreach (var step in parsed.GetValue(CommandLine.Json) ? [] : answer.Steps)
                terminal.WriteWrapped("", "- ", texts.Show(step));
            Write(parsed, answer.Certificates);
            if (answer.Failed > 0 && !parsed.GetValue(CommandLine.Json))
                terminal.WriteLine(texts.Say("certificate.failed", ("count", answer.Failed)));
            return answer.Refusal is null && answer.Failed == 0 ? ExitCode.Done : ExitCode.Nothing;
        });
        return command;
    }

    /// <summary>By the running server; without one only the list can be read, from its files.</summary>
    private static async Task<CertificateAnswer> AskAsync(
        ParseResult parsed, Settings settings, CertificateOrderRequest request, CancellationToken cancel)
    {
        if (await QueueControls.FindServerAsync(parsed, cancel) is { } running)
        {
            await using (running)
                return await running.RunAsync(request, cancel);
        }

        if (!settings.Acme.AgreesToTerms || request.Verb != CertificateVerb.List)
        {
            return new([], request.Verb == CertificateVerb.List ? null
                : settings.Acme.AgreesToTerms ? OurEvidence.AcmeNeedsServer.Say() : OurEvidence.AcmeOff.Say(), [], 0);
        }

        var folder = new CertificateFolder(settings.Data);
        var plan = PlannedCertificate.Of(
            settings.HostName, settings.Acme.Names,
            folder.Files.Select(file => Path.GetFileNameWithoutExtension(file)!)
                .Where(one => !one.Equals(settings.HostName, StringComparison.OrdinalIgnoreCase)), [""]);
        return new([.. plan.Where(one => request.Name is null || one.Name == request.Name)
            .Select(one => CertificateLines.Of(one, folder, null))], null, [], 0);
    }

    private static IEnumerable<CertificateLine> Configured(Settings settings)
    {
        foreach (var files in settings.Certificates)
        {
            var line = new CertificateLine { File = files.Chain };
            CertificateLine read;
            try
            {
                using var certificate = X509Certificate2.CreateFromPem(File.ReadAllText(files.Chain));
                read = CertificateLines.With(line, certificate);
            }
            catch (Exception failure) when (Disk.IsFailure(failure) || failure is CryptographicException)
            {
                read = line with { Problem = OurEvidence.CertificateUnreadable.Say(files.Chain, failure.Message) };
            }

            yield return read;
        }
    }

    private static CertificateLine Judged(CertificateLine line, DateTimeOffset now) =>
        line is { From: { } from, Until: { } until, Problem: null }
            ? line with { Problem = Composition.CertificateCheck.Validity(line.File, from, until, now)?.Problem } : line;

    private static void Write(ParseResult parsed, IReadOnlyList<CertificateLine> lines)
    {
        if (parsed.GetValue(CommandLine.Json))
        {
            foreach (var line in lines)
                parsed.InvocationConfiguration.Output.WriteLine(JsonSerializer.Serialize(line, ControlJson.Lines.CertificateLine));
            return;
        }

        var (texts, terminal) = (CommandTexts.Of(parsed), Terminal.Standard);
        foreach (var line in lines)
        {
            terminal.WriteLine(line.Name ?? line.File);
            terminal.WriteWrapped("  ", "", string.Join(", ", line.Names));
            terminal.WriteLine("  " + (line.Until is { } until
                ? texts.Say("certificate.valid", ("until", until), ("issuer", SafeText.Of(line.Issuer)))
                : texts.Say("certificate.missing")));
            if (line.RenewAt is { } renewal)
                terminal.WriteLine("  " + texts.Say("certificate.renews", ("when", renewal)));
            if (line.NotBefore is { } next)
                terminal.WriteLine("  " + texts.Say("certificate.waits", ("when", next)));
            if (line.Name is null)
                terminal.WriteLine("  " + texts.Say("certificate.own"));
            foreach (var why in new[] { line.Problem, line.Why }.OfType<Finding>())
                terminal.WriteWrapped("  ", "  ", texts.Show(why));
        }
    }
}
