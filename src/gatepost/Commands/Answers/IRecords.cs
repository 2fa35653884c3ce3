using System.Text.Json;
using Gatepost.Explain;

namespace Gatepost.Commands.Answers;

/// <summary>Records of our own server, for texts that carry an id of it.</summary>
internal interface IRecords
{
    /// <summary>What <c>gatepost trace</c> takes: the id of the verdict, else of the message. Null for text that carries no id of
    /// ours.</summary>
    string? KeyOf(Report report);

    /// <summary>Whether the record is at hand.</summary>
    bool Holds(Report report);

    /// <summary>Writes the record as <c>gatepost trace</c> does; nothing if there is none.</summary>
    void Write(Report report, TextWriter output, bool isTerminal);

    /// <summary>Writes the record as a member of the report's JSON object; nothing if there is none.</summary>
    void Write(Utf8JsonWriter json, Report report);
}
