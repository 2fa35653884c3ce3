using Gatepost.Policy.Directory;

namespace Gatepost.Web.Panel.Pages;

/// <summary>Entries of the directory.</summary>
/// <param name="What">Of which kind.</param>
/// <param name="Rows">Those that the reader may see.</param>
public sealed record DirectoryModel(DirectoryKind What, IReadOnlyList<DirectoryRow> Rows);
