using Gatepost.Replies;
using Xunit;

namespace Gatepost.Tests;

public sealed class CatalogueTests
{
    [Fact]
    public void Every_entry_has_an_id_of_its_own() =>
        Assert.Equal(OurReplies.All.Count, OurReplies.All.Select(entry => entry.Id).Distinct().Count());
}
