using Gatepost.Replies;
using Gatepost.Web.Control;
using Gatepost.Web.Panel.Access;

namespace Gatepost.Web.Panel.Pages;

/// <summary>An entry of the menu.</summary>
/// <param name="Path">Where it leads.</param>
/// <param name="Name">In the reader's language.</param>
/// <param name="IsHere">Whether the page is part of it.</param>
public sealed record MenuEntry(string Path, string Name, bool IsHere);

/// <summary>What every page knows beside its own subject.</summary>
public sealed record PageView
{
    /// <summary>The catalogue in the reader's language.</summary>
    public required ReplyExplainer Meanings { get; init; }

    public Texts Texts => Meanings.Texts;

    public required Viewer Viewer { get; init; }

    /// <summary>What a form must carry to be taken; null for visitors, who have nothing to protect.</summary>
    public string? FormToken { get; init; }

    /// <summary>Of the request, without its query.</summary>
    public required string Path { get; init; }

    /// <summary>Of the request, with the question mark; empty for none.</summary>
    public string Query { get; init; } = "";

    public required IReadOnlyList<Language> Languages { get; init; }

    public required IReadOnlyList<MenuEntry> Menu { get; init; }

    public required DateTimeOffset Now { get; init; }

    /// <summary>What the last change answered; null for none.</summary>
    public string? Notice { get; init; }
}
