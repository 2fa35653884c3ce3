using Gatepost.Forwarding;
using Gatepost.MailAuth.Srs;
using Gatepost.Tests.Delivery;
using Xunit;

namespace Gatepost.Tests.Program;

/// <summary>Secrets of rewritten senders survive a restart, and no longer than a bounce can take.</summary>
public sealed class SrsSecretFileTests : IDisposable
{
    private readonly TempFolder folder = new();
    private readonly List<string> reported = [];

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_secret_is_durable_before_it_is_used_and_private()
    {
        var (hour, secret) = Open().Current(1000);
        Assert.Equal(1000, hour);
        Assert.Equal(secret.ToArray(), Open().Find(1000)!.Value.ToArray());
        Assert.Equal(secret.ToArray(), Open().Current(1000).Secret.ToArray());
        Assert.NotEqual(secret.ToArray(), Open().Current(1001).Secret.ToArray());
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(FileName));
        Assert.Null(Open().Find(999));
    }

    [Fact]
    public void Secrets_older_than_a_bounce_are_forgotten()
    {
        Open().Current(1000);
        Open().Current(1000 + SrsRewriter.HoursValid);
        Assert.NotNull(Open().Find(1000));
        Open().Current(1001 + SrsRewriter.HoursValid);
        Assert.Null(Open().Find(1000));
        Assert.Equal(2, File.ReadAllLines(FileName).Length);
    }

    [Fact]
    public void A_damaged_line_costs_only_its_hour_and_is_reported()
    {
        Open().Current(1000);
        File.AppendAllText(FileName, "1001 not-a-secret\n");
        Assert.NotNull(Open().Find(1000));
        Assert.Equal(["srs-secret-unreadable"], reported);
    }

    [Fact]
    public void Without_a_disk_the_last_secret_is_used_and_without_any_nothing_is_forwarded()
    {
        var secrets = Open();
        var first = secrets.Current(1000);
        Directory.CreateDirectory(FileName + ".new");
        var last = secrets.Current(1001);
        Assert.Equal(1000, last.Hour);
        Assert.Equal(first.Secret.ToArray(), last.Secret.ToArray());
        Assert.Equal(["srs-secret-not-kept"], reported);
        Assert.Throws<IOException>(() => secrets.Current(1001 + SrsRewriter.HoursValid));
    }

    private string FileName => Path.Combine(folder.Path, "srs.secrets");

    private SrsSecretFile Open() => new(folder.Path, finding => reported.Add(finding.Id));
}
