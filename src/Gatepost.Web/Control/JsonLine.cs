using System.Buffers;
using System.Text;
using System.Text.Json;
using Gatepost.Replies;

namespace Gatepost.Commands;

/// <summary>Writes JSON values for programs, one a line.</summary>
internal sealed class JsonLineWriter
{
    private readonly ArrayBufferWriter<byte> octets = new();

    public void Write(Action<Utf8JsonWriter> write)
    {
        octets.ResetWrittenCount();
        using (var json = new Utf8JsonWriter(octets, new JsonWriterOptions { Encoder = SafeJson.Encoder }))
            write(json);
        Console.Out.WriteLine(Encoding.UTF8.GetString(octets.WrittenSpan));
    }
}
