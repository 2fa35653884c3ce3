using Gatepost.MailAuth.Dkim;
using Gatepost.MailAuth.Dmarc;
using Gatepost.MailAuth.Message;
using Gatepost.Replies;
using Gatepost.Smtp;

namespace Gatepost.Signing;

/// <summary>Signs with the active keys of the domain that From names, or of the nearest domain above it (RFC 6376 §3.5; aligned by
/// RFC 9989).</summary>
/// <remarks>Thread-safe; keys are exchanged as a whole. A message that comes before the keys were read waits for them.</remarks>
/// <param name="alarms">Get what cannot be signed; null for none.</param>
internal sealed class DomainSigner(TimeProvider time, IAlarms? alarms = null) : IMessageSigner
{
    private const string Alarm = "dkim-sign";

    private readonly DkimSigner signer = new(time);
    private readonly TaskCompletionSource read = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile Keys current = new([], [], null);

    /// <summary>
    /// Takes these keys, of which the active ones sign. A domain with a file that may hold one more is not signed for by half.
    /// </summary>
    public void Use(StoredKeys keys)
    {
        var active = keys.Keys.Where(key => key.State == KeyState.Active)
            .GroupBy(key => key.Key.Domain, StringComparer.OrdinalIgnoreCase)
            // The RSA signature first: readers that know no other look no further.
            .ToDictionary(
                domain => domain.Key,
                domain => domain.Select(key => key.Key).OrderBy(key => key.Algorithm).ToArray(),
                StringComparer.OrdinalIgnoreCase);
        var broken = new Dictionary<string, Finding>(StringComparer.OrdinalIgnoreCase);
        foreach (var fault in keys.Faults.Where(fault => fault.MaySign))
            broken.TryAdd(fault.Domain, OurEvidence.DkimKeyUnreadable.Say(fault.File, fault.Cause));
        foreach (string domain in current.Broken.Keys.Except(broken.Keys))
            alarms?.Clear($"{Alarm}:{domain}");
        alarms?.Clear(Alarm);
        current = new Keys(active, broken, null);
        read.TrySetResult();
    }

    /// <summary>
    /// The keys cannot be read at all: those in force stay. If there are none yet, no mail is signed, and none is sent unsigned.
    /// </summary>
    public void Fail(Finding why)
    {
        if (!read.Task.IsCompleted || current.Failure is not null)
            current = new Keys([], [], why);
        read.TrySetResult();
    }

    public async ValueTask<MessageSignature> SignAsync(Stream message, CancellationToken cancel)
    {
        await read.Task.WaitAsync(cancel).ConfigureAwait(false);
        var keys = current;
        if (keys.Failure is { } failure)
            return Faulty(Alarm, failure);
        if (keys.Active.Count == 0 && keys.Broken.Count == 0)
            return default;

        string? domain = null;
        Finding? broken = null;
        var signed = await signer.SignAsync(message, fields =>
        {
            (domain, var found, broken) = keys.For(fields);
            return broken is null ? found : [];
        }, cancel).ConfigureAwait(false);
        // No key is at fault, and its sender gets the reason: nothing for the administrator to do.
        if (signed.IsOfMessage)
            return signed;
        string alarm = domain is null ? Alarm : $"{Alarm}:{domain}";
        if ((broken ?? signed.Fault) is { } fault)
            return Faulty(alarm, fault);
        if (domain is not null)
            alarms?.Clear(alarm);
        return signed;
    }

    /// <summary>The key that signs for a domain where there can be one only: that of the domain, or of the nearest one above it; RSA, which
    /// every verifier knows, if it has both.</summary>
    public SigningKey? KeyOf(string? domain) => current.Nearest(domain ?? "").Keys is [var first, ..] ? first : null;

    private MessageSignature Faulty(string alarm, Finding why)
    {
        alarms?.Raise(alarm, OurEvidence.NotSigned.Say(why));
        return new MessageSignature(default, why);
    }

    /// <summary>What is in force.</summary>
    /// <param name="Active">By domain.</param>
    /// <param name="Broken">Domains with a key that signs and cannot be read.</param>
    /// <param name="Failure">Why nothing is known of any key; null otherwise.</param>
    private sealed record Keys(Dictionary<string, SigningKey[]> Active, Dictionary<string, Finding> Broken, Finding? Failure)
    {
        public (string? Domain, SigningKey[] Keys, Finding? Broken) For(MessageFields fields) =>
            AuthorDomains.Of(fields.All).Domains.Select(Nearest).FirstOrDefault(found => found.Domain is not null, (null, [], null));

        public (string? Domain, SigningKey[] Keys, Finding? Broken) Nearest(string name)
        {
            int at = 0;
            for (int dot; (dot = name.IndexOf('.', at)) > 0; at = dot + 1)
            {
                string domain = name[at..];
                bool isBroken = Broken.TryGetValue(domain, out var why);
                if (Active.TryGetValue(domain, out var found) || isBroken)
                    return (domain, found ?? [], why);
            }

            return (null, [], null);
        }
    }
}
