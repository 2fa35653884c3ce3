using System.CommandLine;
using System.Text;
using Gatepost.Policy.Auth;
using Gatepost.Replies;

namespace Gatepost.Commands;

/// <summary><c>gatepost password</c>: turns a password into what belongs in the configuration.</summary>
internal static class PasswordCommand
{
    private const int MaxPassword = 1_024;

    public static Command Build()
    {
        var noScram = new Option<bool>("--no-scram");
        var command = new Command("password") { noScram };
        command.SetAction(parsed =>
        {
            var output = parsed.InvocationConfiguration;
            if (Hash(parsed, withScram: !parsed.GetValue(noScram)) is not { } hash)
                return ExitCode.Usage;
            output.Output.WriteLine($"password = \"{hash}\"");
            return ExitCode.Done;
        });
        return command;
    }

    /// <summary>Reads a password from standard input and makes what may be stored of it; null, and reported, if it cannot be one.</summary>
    public static string? Hash(ParseResult parsed, bool withScram)
    {
        var error = parsed.InvocationConfiguration.Error;
        if (!Console.IsInputRedirected)
            error.Write(CommandTexts.Of(parsed).Say("password.prompt") + " ");
        byte[] password = Encoding.UTF8.GetBytes(ReadPassword() ?? "");
        if (password.Length is >= 1 and <= MaxPassword)
            return StoredPassword.Make(password, withScram);
        parsed.WriteError(OurEvidence.PasswordLength.Say(password.Length, MaxPassword));
        return null;
    }

    /// <summary>From a terminal without showing it.</summary>
    private static string? ReadPassword()
    {
        if (Console.IsInputRedirected)
            return Console.In.ReadLine();

        var typed = new StringBuilder();
        while (Console.ReadKey(intercept: true) is var key && key.Key != ConsoleKey.Enter)
        {
            if (key.Key == ConsoleKey.Backspace && typed.Length > 0)
                typed.Length--;
            else if (!char.IsControl(key.KeyChar) && typed.Length < MaxPassword)
                typed.Append(key.KeyChar);
        }

        Console.Error.WriteLine();
        return typed.ToString();
    }
}
