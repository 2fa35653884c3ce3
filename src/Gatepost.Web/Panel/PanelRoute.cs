using Gatepost.Web.Panel.Access;

namespace Gatepost.Web.Panel;

/// <summary>One thing that can be asked of the panel.</summary>
/// <param name="Method">GET shows, POST changes.</param>
/// <param name="Pattern">Path with its placeholders.</param>
/// <param name="Roles">Who may.</param>
/// <param name="AnswerAsync">Does it.</param>
public sealed record PanelRoute(string Method, string Pattern, Role Roles, Func<PanelRequest, Task> AnswerAsync)
{
    /// <summary>Key of the text that names it in the menu; null for none.</summary>
    public string? Menu { get; init; }

    /// <summary>Who has it in the menu, of those who may.</summary>
    public Role MenuFor { get; init; } = Role.Everyone;

    /// <summary>Whether a POST needs no form token: only signing in, where there is no session to protect yet.</summary>
    public bool IsOpen { get; init; }

    /// <summary>Octets of a form at most.</summary>
    public int MaxForm { get; init; } = 64 * 1024;
}
