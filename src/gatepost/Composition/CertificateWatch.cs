using Gatepost.Configuration;
using Gatepost.Policy.Basics;

namespace Gatepost.Composition;

/// <summary>Looks at the certificates every ten minutes; an alarm is on while one is expired, soon to expire or for another name.</summary>
internal sealed class CertificateWatch(Func<Settings> settings, Alarms alarms, TimeProvider time) : IDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(10);

    private readonly HashSet<string> raised = [];
    private readonly Lock sync = new();
    private ITimer? timer;

    /// <summary>Looks immediately, then repeatedly.</summary>
    public void Start()
    {
        Look();
        timer = time.CreateTimer(_ => Look(), null, Interval, Interval);
    }

    public void Dispose() => timer?.Dispose();

    private void Look()
    {
        lock (sync)
        {
            var found = CertificateCheck.Of(settings(), time.GetUtcNow());
            foreach (string over in raised.Except(found.Select(problem => problem.Key)).ToList())
            {
                alarms.Clear(over);
                raised.Remove(over);
            }

            foreach (var (key, problem, _) in found)
            {
                alarms.Raise(key, problem);
                raised.Add(key);
            }
        }
    }
}
