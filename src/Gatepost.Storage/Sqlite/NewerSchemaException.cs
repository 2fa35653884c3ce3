namespace Gatepost.Storage.Sqlite;

/// <summary>A newer version wrote the file, so this one cannot know what its tables mean.</summary>
internal sealed class NewerSchemaException(string message) : IOException(message);
