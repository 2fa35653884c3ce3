using System.Globalization;
using Microsoft.AspNetCore.Components;

namespace Gatepost.Web.Panel.Pages;

/// <summary>A part of a page. All its text is encoded when it is written, and controls and bidi marks in it are replaced.</summary>
public abstract class PanelComponent : ComponentBase
{
    [Parameter]
    public required PageView View { get; set; }

    protected string Say(string key, params ReadOnlySpan<(string Name, object? Value)> arguments) => View.Texts.Say(key, arguments);

    /// <summary>A number with the words for what is counted.</summary>
    protected string Count(string key, long count) =>
        View.Texts.Say(key, ("count", (int)Math.Min(count, int.MaxValue)), ("shown", Number(count)));

    protected static string Number(long number) => number.ToString("N0", CultureInfo.InvariantCulture);

    /// <summary>In UTC: the reader's own zone is not known without a script.</summary>
    protected static string When(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);

    /// <summary>For the <c>datetime</c> of a time element.</summary>
    protected static string Instant(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);

    /// <summary>A value as a part of a path or query.</summary>
    protected static string Url(string text) => Uri.EscapeDataString(text);
}

/// <summary>A page about one subject.</summary>
public abstract class PanelPage<TModel> : PanelComponent
{
    [Parameter]
    public required TModel Model { get; set; }
}
