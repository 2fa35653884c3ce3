using System.Net.Sockets;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Gatepost.Delivery.Queue;
using Gatepost.Policy.Directory;
using Gatepost.Replies;
using Gatepost.Smtp;
using Gatepost.Web.Control;
using Xunit;

namespace Gatepost.Tests.Program;

public sealed class ControlJsonTests
{
    /// <summary>Each enumeration has a converter of its own, so that one may be forgotten: it would be written as a number.</summary>
    [Fact]
    public void Every_enumeration_of_an_answer_is_written_as_a_word()
    {
        IJsonTypeInfoResolver answers = ControlJson.Lines;
        var rooms = new[] { typeof(Reason), typeof(JournalKind), typeof(DomainKind), typeof(RecipientState), typeof(ControlJson) };
        var known = rooms.SelectMany(type => type.Assembly.GetTypes()).Where(type => type.IsEnum).Append(typeof(AddressFamily))
            .Where(type => answers.GetTypeInfo(type, ControlJson.Lines.Options) is not null).ToList();

        Assert.True(known.Count > 10, $"{known.Count} enumerations");
        foreach (var type in known)
            foreach (object value in Enum.GetValues(type))
                Assert.StartsWith("\"", JsonSerializer.Serialize(value, type, ControlJson.Lines), StringComparison.Ordinal);
    }
}
