using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Gatepost.Acme.Challenges;
using Gatepost.Acme.Protocol;
using Gatepost.Dns;
using Gatepost.Files;
using Gatepost.Policy.Directory;
using Gatepost.Replies;
using Gatepost.Smtp;
using Gatepost.Web.Control;

namespace Gatepost.Acme;

/// <summary>Orders what is missing, renews what is due, and has new certificates used when DANE allows it.</summary>
/// <remarks>One order at a time: authorities count what runs at the same time.</remarks>
/// <param name="folder">Where accounts and certificates are.</param>
/// <param name="dns">Asked for the names and for TLSA records.</param>
/// <param name="alarms">Get what a person must act on.</param>
/// <param name="report">Takes each step.</param>
internal sealed class CertificateRenewal(
    CertificateFolder folder, IResolver dns, IAlarms alarms, TimeProvider time, Chance chance, Action<Finding> report) : ICertificateControl
{
    /// <summary>How long an optional name may be in DNS before it is noticed, of a certificate that is there.</summary>
    private static readonly TimeSpan NamesPause = TimeSpan.FromHours(1), RenewalInfoPause = TimeSpan.FromHours(6);

    private readonly SemaphoreSlim gate = new(1, 1);
    private readonly DaneRollover dane = new(dns, time);

    /// <summary>When a certificate's names in DNS, or its renewal information, are asked for next.</summary>
    private readonly Dictionary<(string Certificate, string What), DateTimeOffset> dueAt = [];
    private readonly Dictionary<string, Finding> waiting = new(StringComparer.Ordinal);
    private readonly HashSet<string> reported = new(StringComparer.Ordinal);
    private readonly CertificateAlarms certificateAlarms = new(alarms);
    private readonly OrderFailures failures = new();

    /// <summary>In force.</summary>
    public required Func<AcmeOptions> Options { get; init; }

    /// <summary>What this server should have now; the first one is the server's own.</summary>
    public required Func<CancellationToken, ValueTask<IReadOnlyList<PlannedCertificate>>> Plan { get; init; }

    /// <summary>Called when another certificate is to be used.</summary>
    public required Action Switched { get; init; }

    /// <summary>Answers http-01.</summary>
    public required HttpChallenges Http { get; init; }

    /// <summary>What requests to the authority go through.</summary>
    public Func<AcmeOptions, HttpMessageHandler> Handler { get; init; } = AcmeAuthority.Connect;

    /// <summary>Until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancel)
    {
        try
        {
            while (true)
            {
                await StepAsync(cancel).ConfigureAwait(false);
                await Task.Delay(Options().Check, time, cancel).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            // The server stops.
        }
    }

    /// <summary>Once: what is missing or due is ordered, what waited is used.</summary>
    public async Task StepAsync(CancellationToken cancel)
    {
        if (!Options().AgreesToTerms)
            return;
        try
        {
            var plan = await Plan(cancel).ConfigureAwait(false);
            certificateAlarms.Keep(plan);
            foreach (var planned in plan)
                await LookAsync(planned, cancel).ConfigureAwait(false);
        }
        catch (DirectoryUnavailableException)
        {
            // Its own alarm says so; the domains are looked at again with the next step.
        }
    }

    public async Task<CertificateAnswer> RunAsync(CertificateOrderRequest request, CancellationToken cancel)
    {
        var options = Options();
        if (!options.AgreesToTerms)
            return new([], request.Verb == CertificateVerb.List ? null : OurEvidence.AcmeOff.Say(), [], 0);
        var plan = await Plan(cancel).ConfigureAwait(false);
        var chosen = plan.Where(planned =>
            request.Name is null || planned.Name.Equals(request.Name.TrimEnd('.'), StringComparison.OrdinalIgnoreCase)).ToList();
        if (chosen.Count == 0)
        {
            string known = string.Join(", ", plan.Select(planned => planned.Name).Take(20));
            return new([], OurEvidence.AcmeNotPlanned.Say(request.Name!, known), [], 0);
        }

        var steps = new List<Finding>();
        int failed = 0;
        foreach (var planned in request.Verb == CertificateVerb.List ? [] : chosen)
            failed += await OrderNowAsync(planned, request, steps, cancel).ConfigureAwait(false) ? 0 : 1;
        if (request.Verb != CertificateVerb.List && steps.Count == 0)
            steps.Add(OurEvidence.AcmeNothingDue.Say());
        return new([.. chosen.Select(Line)], null, steps, failed);
    }

    private CertificateLine Line(PlannedCertificate planned)
    {
        lock (waiting)
            return CertificateLines.Of(planned, folder, waiting.GetValueOrDefault(planned.Name));
    }

    /// <summary>What an administrator asked for; nothing is waited for.</summary>
    /// <returns>False if it failed.</returns>
    private async Task<bool> OrderNowAsync(
        PlannedCertificate planned, CertificateOrderRequest request, List<Finding> steps, CancellationToken cancel)
    {
        await gate.WaitAsync(cancel).ConfigureAwait(false);
        try
        {
            using var current = folder.Current(planned.Name);
            var names = await NamesAsync(planned, current, cancel).ConfigureAwait(false);
            if (names.Count == 0)
            {
                steps.Add(OurEvidence.AcmeNoNameInDns.Say(string.Join(", ", planned.Optional)));
                return false;
            }

            bool isDue = request.Verb == CertificateVerb.Renew || IsDue(folder.StateOf(planned.Name), names, current);
            var order = new RenewalOrder(planned, names, KeepsKey: Options().ReuseKey && !request.NewKey);
            return !isDue || await OrderAsync(order, current, steps.Add, cancel).ConfigureAwait(false);
        }
        finally
        {
            gate.Release();
        }
    }

    private async Task LookAsync(PlannedCertificate planned, CancellationToken cancel)
    {
        await gate.WaitAsync(cancel).ConfigureAwait(false);
        try
        {
            using var current = folder.Current(planned.Name);
            certificateAlarms.Clear(CertificateAlarms.Look, planned.Name);
            if (folder.NextChain(planned.Name).Count > 0)
            {
                await SwitchAsync(planned, current, report, cancel).ConfigureAwait(false);
                return;
            }

            var now = time.GetUtcNow();
            var state = folder.StateOf(planned.Name);
            if (now < failures.PausedUntil || failures.MustWait(planned.Name, state, now))
                return;
            state = await AskAuthorityAsync(planned.Name, state, current, cancel).ConfigureAwait(false);
            if (IsOld(state, current) || now >= dueAt.GetValueOrDefault((planned.Name, "names")))
            {
                var names = await NamesAsync(planned, current, cancel).ConfigureAwait(false);
                dueAt[(planned.Name, "names")] = now + (current is null ? Options().Check * 5 : NamesPause);
                if (names.Count > 0 && IsDue(state, names, current))
                    await OrderAsync(new RenewalOrder(planned, names, Options().ReuseKey), current, report, cancel).ConfigureAwait(false);
            }
        }
        catch (Exception failure) when (failure is not OperationCanceledException || !cancel.IsCancellationRequested)
        {
            // Whatever it is, the other certificates and the next step must not suffer from it.
            certificateAlarms.Raise(CertificateAlarms.Look, planned.Name, Why(failure));
        }
        finally
        {
            gate.Release();
        }
    }

    private bool IsOld(CertificateState state, X509Certificate2? current) =>
        current is not null && (time.GetUtcNow() >= (state.RenewAt ?? RenewalTime.Of(current, chance))
            || (state.Directory is { } issuedBy && issuedBy != Options().Directory));

    private bool IsDue(CertificateState state, IReadOnlyList<string> names, X509Certificate2? current) =>
        current is null || IsOld(state, current) || !names.All(one => current.MatchesHostname(one));

    /// <summary>Those that are needed, and of the others those that lead somewhere.</summary>
    private async Task<IReadOnlyList<string>> NamesAsync(
        PlannedCertificate planned, X509Certificate2? current, CancellationToken cancel)
    {
        var answers = await Task.WhenAll(planned.Optional.Select(name => dns.AddressesAsync(name, cancel).AsTask())).ConfigureAwait(false);
        // Silence of DNS is not "no": a name that the certificate has stays in it.
        bool Stays(int i) => answers[i].Outcome == DnsOutcome.Found || (answers[i].Outcome == DnsOutcome.Unanswered
            && current is not null && current.MatchesHostname(planned.Optional[i]));
        return [.. planned.Required, .. planned.Optional.Where((_, i) => Stays(i))];
    }

    /// <summary>An authority may want its certificates renewed earlier, as before it revokes them (RFC 9773).</summary>
    /// <returns>What is planned now.</returns>
    private async Task<CertificateState> AskAuthorityAsync(
        string name, CertificateState state, X509Certificate2? current, CancellationToken cancel)
    {
        var now = time.GetUtcNow();
        // After a start not all are asked about at the same time.
        dueAt.TryAdd((name, "info"), now + (RenewalInfoPause * chance.NextDouble()));
        if (current is null || now < dueAt[(name, "info")] || state.Directory != Options().Directory)
            return state;
        dueAt[(name, "info")] = now + RenewalInfoPause;
        try
        {
            using var authority = await AcmeAuthority.OpenAsync(folder, Options(), Handler, time, report, cancel).ConfigureAwait(false);
            if (await authority.RenewalAsync(current, cancel).ConfigureAwait(false) is { } window && window.End < state.RenewAt)
            {
                var sooner = state with { RenewAt = RenewalTime.Of(window, chance) };
                folder.Keep(name, sooner);
                return sooner;
            }
        }
        catch (Exception failure) when (failure is AcmeException or CryptographicException || Disk.IsFailure(failure))
        {
            // Advice only: without it the certificate is renewed as planned.
        }

        return state;
    }

    private async Task<bool> OrderAsync(
        RenewalOrder wanted, X509Certificate2? current, Action<Finding> step, CancellationToken cancel)
    {
        var (name, options) = (wanted.Planned.Name, Options());
        void Note(Finding what)
        {
            step(what);
            if (step != report)
                report(what);
        }

        try
        {
            // A disk that takes nothing is noticed before the authority has issued anything.
            var state = folder.StateOf(name);
            folder.Keep(name, state);
            string? replaces = current is not null && state.Directory == options.Directory
                && folder.NextChain(name).Count == 0 ? AcmeAuthority.IdOf(current) : null;
            using var key = KeyOf(wanted, current, options);
            using (var authority = await AcmeAuthority.OpenAsync(folder, options, Handler, time, Note, cancel).ConfigureAwait(false))
            {
                var order = new CertificateOrder(authority.Client, Responder(options), time, Note);
                folder.KeepNext(name, await authority.WithAccountAsync(
                    () => order.RunAsync(wanted.Names, key, replaces, cancel), cancel)
                        .ConfigureAwait(false), key);
            }

            failures.Forget(name);
            using var issued = folder.NextChain(name)[0];
            folder.Keep(name, new() { Directory = options.Directory, RenewAt = RenewalTime.Of(issued, chance) });
            Note(OurEvidence.AcmeIssued.Say(name, string.Join(", ", wanted.Names), new DateTimeOffset(issued.NotAfter)));
            certificateAlarms.ClearAll(name);
            reported.RemoveWhere(one => one.StartsWith(name + " ", StringComparison.Ordinal));
            await SwitchAsync(wanted.Planned, current, Note, cancel).ConfigureAwait(false);
            return true;
        }
        catch (AcmeException failure)
        {
            Fail(name, current, failure.Reason, failure, Note);
        }
        catch (Exception failure) when (failure is not OperationCanceledException || !cancel.IsCancellationRequested)
        {
            Fail(name, current, Why(failure), null, Note);
        }

        return false;
    }

    private static Finding Why(Exception failure) => Disk.IsFailure(failure) || failure is CryptographicException
        ? OurEvidence.AcmeNotKept.Say(failure.Message) : OurEvidence.Quoted.Say(failure.Message);

    private IChallengeResponder Responder(AcmeOptions options) => options.Challenge == ChallengeKind.Dns
        ? new DnsHook(options.DnsHook ?? "", options.DnsWait, dns, time, report) : Http;

    private static CertificateKey KeyOf(RenewalOrder wanted, X509Certificate2? current, AcmeOptions options)
    {
        if (wanted.KeepsKey && current is not null && CertificateKey.Of(current) is { } same)
        {
            if (same.Is(options.KeyType) || wanted.MustKeepKey)
                return same;
            same.Dispose();
        }

        return CertificateKey.Create(options.KeyType);
    }

    private void Fail(string name, X509Certificate2? current, Finding why, AcmeException? failure, Action<Finding> note)
    {
        var now = time.GetUtcNow();
        var state = folder.StateOf(name);
        int count = failures.CountOf(name, state) + 1;
        var next = RenewalTime.AfterFailure(count, failure?.RetryAt, now, chance);
        failures.Note(name, count, next);
        note(OurEvidence.AcmeFailed.Say(name, why, next));
        // The limit is that of the account or the address: other certificates would only run into it too.
        if (failure?.Problem == AcmeProblem.RateLimited)
            failures.PausedUntil = next;
        try
        {
            folder.Keep(name, state with { Failures = count, NotBefore = next, Failure = why.ToRecord() });
        }
        catch (Exception full) when (Disk.IsFailure(full))
        {
            note(OurEvidence.AcmeNotKept.Say(full.Message));
        }

        // One failure may be a bad moment; a second one, or a certificate that has not long to live, wants a person.
        if (count > 1 || (current is not null && RenewalTime.IsLate(current, now)))
        {
            certificateAlarms.Raise(CertificateAlarms.Order, name, current is null
                ? OurEvidence.AcmeFailed.Say(name, why, next) : OurEvidence.AcmeExpiresSoon.Say(name, why, new(current.NotAfter)));
        }
    }

    /// <summary>Uses the certificate that waits, if DANE allows it.</summary>
    private async Task SwitchAsync(PlannedCertificate planned, X509Certificate2? current, Action<Finding> note, CancellationToken cancel)
    {
        string name = planned.Name;
        var state = folder.StateOf(name);
        var (wait, seen) = planned.Required.Count == 0 ? default : await dane.LookAsync(
            planned.Required, folder.CurrentChain(name), folder.NextChain(name), state.RecordSeen, cancel).ConfigureAwait(false);
        lock (waiting)
        {
            if (wait is null)
                waiting.Remove(name);
            else
                waiting[name] = wait;
        }

        if (wait is null)
        {
            folder.Switch(name);
            certificateAlarms.Clear(CertificateAlarms.Dane, name);
            note(OurEvidence.AcmeInUse.Say(name, folder.FileOf(name)));
            Switched();
            return;
        }

        if (state.RecordSeen != seen)
            folder.Keep(name, state with { RecordSeen = seen });
        if (reported.Add($"{name} {wait.Id}"))
            note(wait);
        if (seen is null)
            certificateAlarms.Raise(CertificateAlarms.Dane, name, wait);
        await KeepOldKeyAsync(planned, current, cancel).ConfigureAwait(false);
    }

    /// <summary>A record that is not published must not cost the certificate: with the old key it is renewed anyway.</summary>
    private async Task KeepOldKeyAsync(PlannedCertificate planned, X509Certificate2? current, CancellationToken cancel)
    {
        var now = time.GetUtcNow();
        if (current is null || !RenewalTime.IsLate(current, now) || failures.MustWait(planned.Name, folder.StateOf(planned.Name), now)
            || DaneRollover.IsSameKey(current, folder.NextChain(planned.Name)[0]))
            return;
        report(OurEvidence.AcmeKeyKept.Say(planned.Required[0]));
        var names = await NamesAsync(planned, current, cancel).ConfigureAwait(false);
        await OrderAsync(new RenewalOrder(planned, names, KeepsKey: true) { MustKeepKey = true }, current, report, cancel)
            .ConfigureAwait(false);
    }

    /// <param name="Names">Of the certificate.</param>
    /// <param name="KeepsKey">Whether it has the key of the one before, if that is of the wanted kind.</param>
    private sealed record RenewalOrder(PlannedCertificate Planned, IReadOnlyList<string> Names, bool KeepsKey)
    {
        /// <summary>Even if it is of another kind.</summary>
        public bool MustKeepKey { get; init; }
    }
}
