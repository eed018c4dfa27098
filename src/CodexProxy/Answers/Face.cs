using System.Buffers;
using CodexProxy.Protocol.Errors;
using CodexProxy.Protocol.Json;
using CodexProxy.Protocol.Translation;
using CodexProxy.Records;

namespace CodexProxy.Answers;

/// <summary>A protocol that clients speak: what its answers are made of.</summary>
/// <typeparam name="TEvent">An event of the protocol.</typeparam>
internal abstract class Face<TEvent>
{
    /// <summary>Which protocol it is.</summary>
    public abstract RequestFace Kind { get; }

    /// <summary>An event that only keeps the connection open.</summary>
    public abstract TEvent Ping { get; }

    /// <summary>
    /// Whether the upstream's events are passed on: their bytes are needed, and items of unknown kinds reach the client.
    /// </summary>
    public virtual bool ReadsJson => false;

    /// <summary>A translator for the answer to one request.</summary>
    public abstract IAnswerTranslator<TEvent> Translate(
        TranslationContext context,
        ResponseTranslatorSettings settings
    );

    /// <summary>Writes events as a stream.</summary>
    public abstract IEventWriter<TEvent> OpenStream();

    /// <summary>Folds events into one body.</summary>
    public abstract IEventFold<TEvent> OpenFold();
}

/// <summary>Folds the events of a stream into the body they describe.</summary>
/// <typeparam name="TEvent">An event of the client's protocol.</typeparam>
internal interface IEventFold<TEvent>
{
    /// <summary>Why there is no whole body although the stream has ended; null when there is one.</summary>
    ClientError? Problem { get; }

    /// <summary>Takes the next event.</summary>
    void Accept(TEvent e);

    /// <summary>Writes the whole body.</summary>
    void Write(IBufferWriter<byte> output);
}
