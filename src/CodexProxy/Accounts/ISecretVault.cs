namespace CodexProxy.Accounts;

/// <summary>The key store of the system.</summary>
internal interface ISecretVault
{
    /// <summary>Whether something can be written to it, read back and removed again, now.</summary>
    bool Works();

    /// <summary>The content of an entry; null when there is none.</summary>
    /// <exception cref="IOException">The key store refuses, is locked, or is not there.</exception>
    byte[]? Read(string name);

    /// <summary>Writes an entry.</summary>
    /// <exception cref="IOException">The key store refuses, is locked, or is not there.</exception>
    void Write(string name, ReadOnlySpan<byte> content);

    /// <summary>Removes an entry, if it is there.</summary>
    /// <exception cref="IOException">The key store refuses, is locked, or is not there.</exception>
    void Remove(string name);
}
