using Gatepost.Policy.Engine;
using Xunit;

namespace Gatepost.Tests.Policy;

public sealed class ManualTests
{
    [Fact]
    public void Every_rule_is_in_the_manual()
    {
        string manual = File.ReadAllText(Path.Combine(Repository.Root, "docs/manual/rules.md"));
        Assert.All(RuleEngine.RuleNames, name => Assert.Contains($"`{name}`", manual, StringComparison.Ordinal));
    }
}
