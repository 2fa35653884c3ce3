using System.Buffers;
using System.Text;
using System.Text.Json;
using Gatepost.Replies;

namespace Gatepost.Web.Control;

/// <summary>Makes JSON values of one line each; the buffer is used again for the next.</summary>
public sealed class JsonLine
{
    private readonly ArrayBufferWriter<byte> octets = new();

    /// <returns>Without its line end.</returns>
    public string Of(Action<Utf8JsonWriter> write)
    {
        octets.ResetWrittenCount();
        using (var json = new Utf8JsonWriter(octets, new JsonWriterOptions { Encoder = SafeJson.Encoder }))
            write(json);
        return Encoding.UTF8.GetString(octets.WrittenSpan);
    }
}
