using Gatepost.Policy;
using Xunit;

namespace Gatepost.Tests.Policy;

public sealed class ManualTests
{
    [Fact]
    public void Every_rule_stands_in_the_manual() =>
        Assert.Empty(RuleBook.RuleNames.Where(name => !File.ReadAllText(Path.Combine(Repository.Root, "docs/manual/rules.md")).Contains($"`{name}`", StringComparison.Ordinal)));
}
