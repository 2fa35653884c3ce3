namespace Gatepost.Signing;

/// <summary>What is in the folder of keys.</summary>
/// <param name="Keys">By domain and selector.</param>
/// <param name="Faults">Files that hold no key.</param>
internal sealed record StoredKeys(IReadOnlyList<StoredKey> Keys, IReadOnlyList<KeyFault> Faults);

/// <summary>A file that holds no key, or cannot be read.</summary>
/// <param name="MaySign">False if its first line says that the key signs nothing.</param>
internal sealed record KeyFault(string File, string Domain, string Cause, bool MaySign);
