using System.Buffers;

namespace CodexProxy.Protocol.Json;

/// <summary>Writes the events of one stream; not for use by several threads.</summary>
/// <typeparam name="TEvent">An event of the protocol.</typeparam>
public interface IEventWriter<in TEvent> : IDisposable
{
    /// <summary>Writes one event.</summary>
    void Write(IBufferWriter<byte> output, TEvent e);
}
