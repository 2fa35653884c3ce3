using Gatepost.Replies;
using Gatepost.Smtp;

namespace Gatepost.Sendmail;

/// <summary>What the program was called to do.</summary>
internal enum SendmailMode
{
    /// <summary>Take a message from standard input (-bm, and when nothing is said).</summary>
    Submit,

    /// <summary>Speak SMTP on standard input and output (-bs).</summary>
    SpeakSmtp,

    /// <summary>List the queue (-bp, and under the name mailq).</summary>
    ListQueue,

    /// <summary>Rebuild the alias table (-bi, newaliases): ours needs none.</summary>
    NewAliases,
}

/// <summary>
/// The command line of sendmail as programs have written it for forty years. Options that only tune the original are taken and ignored.
/// </summary>
internal sealed record SendmailOptions
{
    public SendmailMode Mode { get; init; }

    /// <summary>-f, -r: null if not said, empty for the null sender.</summary>
    public string? Sender { get; init; }

    /// <summary>-F.</summary>
    public string? FullName { get; init; }

    /// <summary>-t: recipients from To, Cc and Bcc.</summary>
    public bool ReadRecipients { get; init; }

    /// <summary>-i, -oi: a line with a single dot does not end the message.</summary>
    public bool IgnoreDots { get; init; }

    /// <summary>-N.</summary>
    public DsnNotify Notify { get; init; }

    /// <summary>-V, in xtext.</summary>
    public string? EnvelopeId { get; init; }

    /// <summary>-R.</summary>
    public DsnReturn Return { get; init; }

    /// <summary>-C, --config.</summary>
    public string? Config { get; init; }

    /// <summary>--data.</summary>
    public string? Data { get; init; }

    public bool Help { get; init; }

    public IReadOnlyList<string> Recipients { get; init; } = [];

    /// <summary>What is wrong with the command line; null if it is good.</summary>
    public Finding? Problem { get; init; }

    /// <summary>Options with a value that only tune the original sendmail.</summary>
    private const string IgnoredWithValue = "ABdhLMopqSXx";

    /// <summary>Options without a value that only tune the original sendmail.</summary>
    private const string IgnoredAlone = "GmnsUv";

    public static SendmailOptions Parse(IReadOnlyList<string> arguments)
    {
        var options = new SendmailOptions();
        var recipients = new List<string>();
        for (int i = 0; i < arguments.Count && options.Problem is null; i++)
        {
            string argument = arguments[i];
            if (argument == "--")
            {
                recipients.AddRange(arguments.Skip(i + 1));
                break;
            }

            if (argument.Length < 2 || argument[0] != '-')
                recipients.Add(argument);
            else if (argument.StartsWith("--", StringComparison.Ordinal))
                options = options.TakeLong(argument, arguments, ref i);
            else
                options = options.TakeShort(argument, arguments, ref i);
        }

        return options with { Recipients = recipients };
    }

    private SendmailOptions TakeLong(string argument, IReadOnlyList<string> arguments, ref int i)
    {
        string name = argument, value = "";
        if (argument.IndexOf('=') is var equals and > 0)
            (name, value) = (argument[..equals], argument[(equals + 1)..]);
        else if (name is "--config" or "--data" && i + 1 < arguments.Count)
            value = arguments[++i];
        return name switch
        {
            "--config" => this with { Config = value },
            "--data" => this with { Data = value },
            "--help" => this with { Help = true },
            _ => this with { Problem = OurEvidence.NoSuchOption.Say(name) },
        };
    }

    /// <summary>
    /// One argument may hold several letters: <c>-ti</c>; a letter with a value takes the rest of the argument, or the next one.
    /// </summary>
    private SendmailOptions TakeShort(string argument, IReadOnlyList<string> arguments, ref int i)
    {
        var options = this;
        for (int at = 1; at < argument.Length && options.Problem is null; at++)
        {
            char letter = argument[at];
            switch (letter)
            {
                case 't':
                    options = options with { ReadRecipients = true };
                    continue;
                case 'i':
                    options = options with { IgnoreDots = true };
                    continue;
                case 'q':
                    // -q, -q30m: run the queue; the server does that by itself.
                    return options;
            }

            if (IgnoredAlone.Contains(letter))
                continue;

            bool takes = "fFrNVRCb".Contains(letter) || IgnoredWithValue.Contains(letter);
            if (!takes)
                return options with { Problem = OurEvidence.NoSuchOption.Say($"-{letter}") };
            string? value = at + 1 < argument.Length ? argument[(at + 1)..] : letter is 'b' or 'o' or 'd' ? "" : i + 1 < arguments.Count
                ? arguments[++i] : null;
            return value is null ? options with { Problem = OurEvidence.OptionNeedsValue.Say($"-{letter}") } : options.Take(letter, value);
        }

        return options;
    }

    private SendmailOptions Take(char letter, string value) => letter switch
    {
        'f' or 'r' => this with { Sender = value is "<>" ? "" : value.TrimStart('<').TrimEnd('>') },
        'F' => this with { FullName = value },
        'C' => this with { Config = value },
        'o' => this with { IgnoreDots = IgnoreDots || value == "i" },
        'V' => this with { EnvelopeId = value },
        'R' => value.ToUpperInvariant() switch
        {
            "HDRS" => this with { Return = DsnReturn.Headers },
            "FULL" => this with { Return = DsnReturn.Full },
            _ => this with { Problem = OurEvidence.OptionTakes.Say("-R", "hdrs, full", value) },
        },
        'N' => TakeNotify(value),
        'b' => value switch
        {
            "m" => this with { Mode = SendmailMode.Submit },
            "s" => this with { Mode = SendmailMode.SpeakSmtp },
            "p" => this with { Mode = SendmailMode.ListQueue },
            "i" => this with { Mode = SendmailMode.NewAliases },
            "d" or "D" => this with { Problem = OurEvidence.ServerStartedOtherwise.Say() },
            _ => this with { Problem = OurEvidence.ModeNotOffered.Say("-b" + value) },
        },
        _ => this,
    };

    private SendmailOptions TakeNotify(string value)
    {
        var notify = DsnNotify.Unspecified;
        foreach (string word in value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            switch (word.ToUpperInvariant())
            {
                case "NEVER": notify |= DsnNotify.Never; break;
                case "FAILURE": notify |= DsnNotify.Failure; break;
                case "DELAY": notify |= DsnNotify.Delay; break;
                case "SUCCESS": notify |= DsnNotify.Success; break;
                default: return this with { Problem = OurEvidence.OptionTakes.Say("-N", "never, failure, delay, success", value) };
            }
        }

        return notify.HasFlag(DsnNotify.Never) && notify != DsnNotify.Never
            ? this with { Problem = OurEvidence.NeverWithOthers.Say() }
            : this with { Notify = notify };
    }
}
