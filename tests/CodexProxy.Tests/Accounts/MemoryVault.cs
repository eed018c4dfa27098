using System.Collections.Concurrent;
using CodexProxy.Accounts;

namespace CodexProxy.Tests.Accounts;

/// <summary>A key store of the test's own.</summary>
internal sealed class MemoryVault : ISecretVault
{
    public ConcurrentDictionary<string, byte[]> Entries { get; } = new();

    public bool IsBroken { get; set; }

    /// <summary>Whether it can be read and not written, as after a failure halfway.</summary>
    public bool IsReadOnly { get; set; }

    public bool Works() => !IsBroken && !IsReadOnly;

    public byte[]? Read(string name) => Check().GetValueOrDefault(name);

    public void Write(string name, ReadOnlySpan<byte> content) =>
        Check()[name] = IsReadOnly ? throw new IOException("The key store is locked.") : content.ToArray();

    public void Remove(string name) => Check().TryRemove(name, out _);

    private ConcurrentDictionary<string, byte[]> Check() =>
        IsBroken ? throw new IOException("The key store is locked.") : Entries;
}
