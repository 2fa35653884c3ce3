using System.Text.Json;
using System.Text.Json.Serialization;
using Gatepost.Configuration;
using Gatepost.Replies;
using Gatepost.Web.Control;

namespace Gatepost.Commands;

/// <summary>JSON of the program's own records, one object a line, names in camel case, letters of all languages as themselves.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, UseStringEnumConverter = true)]
[JsonSerializable(typeof(ArcLine))]
[JsonSerializable(typeof(ConfigError))]
[JsonSerializable(typeof(Web.Control.KeyLine))]
[JsonSerializable(typeof(DkimLine))]
[JsonSerializable(typeof(EffectiveValue))]
[JsonSerializable(typeof(QueueGroup))]
[JsonSerializable(typeof(DmarcLine))]
[JsonSerializable(typeof(MessageLine))]
[JsonSerializable(typeof(DomainCheckLine))]
[JsonSerializable(typeof(DomainRecordLine))]
[JsonSerializable(typeof(SpfLine))]
[JsonSerializable(typeof(StsLine))]
[JsonSerializable(typeof(TlsLine))]
[JsonSerializable(typeof(TourLine))]
[JsonSerializable(typeof(DryRunLine))]
internal sealed partial class ProgramJson : JsonSerializerContext
{
    /// <summary>Escapes control characters and line separators still; only letters beyond ASCII are left readable.</summary>
    public static ProgramJson Lines { get; } = new(new JsonSerializerOptions
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = SafeJson.Encoder,
    });
}
