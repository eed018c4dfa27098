using BenchmarkDotNet.Attributes;

namespace CodexProxy.Bench;

/// <summary>Probe.</summary>
[MemoryDiagnoser]
public class Probe
{
    /// <summary>X.</summary>
    [Benchmark]
    public string X() => CodexProxy.Protocol.Translation.Identifiers.ToMessageId("abc");
}
