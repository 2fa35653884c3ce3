namespace Gatepost.Web.Panel.Tenants;

/// <summary>What anyone who has the id of a refusal may know of it: nothing that the refused side did not say itself.</summary>
/// <param name="Id"><c>G-...</c>.</param>
/// <param name="At">When.</param>
/// <param name="Sender">The address that was refused; null where none was named.</param>
/// <param name="Entry">The catalogue entry of the reply.</param>
/// <param name="Code">Of the reply.</param>
/// <param name="Status">Of the reply.</param>
public sealed record RefusedMail(string Id, DateTimeOffset At, string? Sender, string? Entry, int Code, string? Status);
