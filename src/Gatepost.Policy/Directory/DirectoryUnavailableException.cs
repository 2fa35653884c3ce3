namespace Gatepost.Policy.Directory;

/// <summary>
/// The store behind a directory did not answer: clients get 451 4.3.0 and retry, and never learn that a recipient is unknown.
/// </summary>
public sealed class DirectoryUnavailableException(string message, Exception? cause = null) : Exception(message, cause);
