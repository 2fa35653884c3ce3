using System.Buffers;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Gatepost.Files;
using Gatepost.Policy.Quarantine;
using Gatepost.Replies;
using Gatepost.Smtp;

namespace Gatepost.Storage.Quarantine;

/// <summary>
/// One message in quarantine as a file: a line of JSON, then its octets as they came. Its name says what the bounds need, so that no
/// file is opened to count.
/// </summary>
/// <param name="At">When it came.</param>
/// <param name="Id">Its queue id.</param>
/// <param name="Size">Octets of the file.</param>
/// <param name="Taken">Whether the client got a 250 for it.</param>
/// <param name="VerdictId">Its verdict id; null if the name has none.</param>
internal sealed record QuarantineFile(DateTimeOffset At, string Id, long Size, bool Taken, string? VerdictId)
{
    private const string VerdictPrefix = "G-";

    public const string Extension = ".mail";
    public const string Unfinished = ".part";

    /// <summary>Facts are bounded by the rules; whatever is longer than this was not written by us.</summary>
    public const int LongestLine = 8 << 20;

    private static readonly SearchValues<char> NameCharacters = SearchValues.Create("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ");

    public string Name =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{At.ToUnixTimeMilliseconds():x12}-{Id}-{Size}-{(Taken ? "taken" : "refused")}{VerdictPart}{Extension}");

    private string VerdictPart => VerdictId is null ? "" : "-" + VerdictId[VerdictPrefix.Length..];

    public static QuarantineFile Of(QuarantinedMessage message, long size) =>
        new(message.At, message.Id, size, message.WasTaken, FitsName(message.VerdictId) ? message.VerdictId : null);

    private static bool FitsName(string? verdict) =>
        verdict is not null && verdict.StartsWith(VerdictPrefix, StringComparison.Ordinal) && verdict.Length > VerdictPrefix.Length
            && verdict.AsSpan(VerdictPrefix.Length).IndexOfAnyExcept(NameCharacters) < 0;

    /// <summary>Reads a name of ours.</summary>
    public static QuarantineFile? Parse(string name)
    {
        if (!name.EndsWith(Extension, StringComparison.Ordinal)
            || name[..^Extension.Length].Split('-') is not [var at, { Length: > 0 } id, var size, var kind, .. { Length: < 2 } verdict])
            return null;
        return long.TryParse(at, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out long when) && when is >= 0 and < 1L << 47
            && long.TryParse(size, NumberStyles.None, CultureInfo.InvariantCulture, out long octets) && kind is "taken" or "refused"
            ? new QuarantineFile(DateTimeOffset.FromUnixTimeMilliseconds(when), id, octets, kind == "taken",
                verdict is [{ Length: > 0 } number] ? VerdictPrefix + number : null)
            : null;
    }

    public static byte[] Describe(QuarantinedMessage message) =>
        [.. JsonSerializer.SerializeToUtf8Bytes(message, QuarantineJson.Line.QuarantinedMessage), (byte)'\n'];

    /// <summary>Writes a file that is found under its name only once it is whole and on the disk.</summary>
    public static async Task WriteAsync(string folder, string name, byte[] description, IMessageDraft draft, CancellationToken cancel)
    {
        string part = Path.Combine(folder, name + Unfinished);
        try
        {
            await using (
                var file = new FileStream(
                    part, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0, FileOptions.Asynchronous))
            {
                await file.WriteAsync(description, cancel);
                await using (var octets = draft.OpenRead())
                    await octets.CopyToAsync(file, cancel);
                await Task.Run(() => Disk.Sync(file.SafeFileHandle), CancellationToken.None);
            }

            File.Move(part, Path.Combine(folder, name));
            await Task.Run(() => Disk.SyncFolder(folder), CancellationToken.None);
        }
        catch
        {
            // Also under its final name: a client that got no 250 sends it again, and there must not be two.
            File.Delete(part);
            File.Delete(Path.Combine(folder, name));
            throw;
        }
    }

    /// <summary>The description and, behind it, the stream at the message's first octet.</summary>
    /// <exception cref="IOException">The file is gone, or not as we write them.</exception>
    public static async Task<(QuarantinedMessage Message, Stream Octets)> OpenAsync(string path, CancellationToken cancel)
    {
        var file = new FileStream(
            path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, bufferSize: 0, FileOptions.Asynchronous);
        byte[] buffer = ArrayPool<byte>.Shared.Rent(16 * 1024);
        try
        {
            int length = 0, end;
            while ((end = buffer.AsSpan(0, length).IndexOf((byte)'\n')) < 0)
            {
                if (length == buffer.Length)
                    Grow(ref buffer, path);
                int read = await file.ReadAsync(buffer.AsMemory(length), cancel);
                if (read == 0)
                    throw new IOException($"{path} ends before its message");
                length += read;
            }

            var message = JsonSerializer.Deserialize(buffer.AsSpan(0, end), QuarantineJson.Line.QuarantinedMessage)
                ?? throw new IOException($"{path} describes nothing");
            file.Position = end + 1;
            return (message, file);
        }
        catch (Exception failure)
        {
            await file.DisposeAsync();
            throw failure is JsonException ? new IOException($"{path} is not as we write them: {failure.Message}", failure) : failure;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static void Grow(ref byte[] buffer, string path)
    {
        if (buffer.Length >= LongestLine)
            throw new IOException($"{path} has no description");
        byte[] larger = ArrayPool<byte>.Shared.Rent(buffer.Length * 2);
        buffer.CopyTo(larger, 0);
        ArrayPool<byte>.Shared.Return(buffer);
        buffer = larger;
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, UseStringEnumConverter = true)]
[JsonSerializable(typeof(QuarantinedMessage))]
internal sealed partial class QuarantineJson : JsonSerializerContext
{
    public static QuarantineJson Line { get; } = new(new JsonSerializerOptions
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        // Of each enumeration by itself: one for all of them would make code at run time, which a compiled program cannot.
        Converters =
        {
            AsWord<ListenerRole>(), AsWord<BodyType>(), AsWord<DsnNotify>(), AsWord<DsnReturn>(), AsWord<TlsRequest>(),
        },
        Encoder = SafeJson.Encoder,
    });

    private static JsonStringEnumConverter<T> AsWord<T>()
        where T : struct, Enum => new(JsonNamingPolicy.CamelCase);
}
