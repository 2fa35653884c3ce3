namespace Gatepost.Web.Panel.Pages;

/// <summary>The way in.</summary>
/// <param name="Account">As typed before; empty for nothing.</param>
/// <param name="Problem">Why the last attempt failed; null for none.</param>
/// <param name="Link">A one-time link that waits for a click: programs that only look at a link must not use it up. Null for none.</param>
public sealed record SignInModel(string Account, string? Problem, string? Link);
