using CodexProxy.Credentials;
using CodexProxy.Telemetry;

namespace CodexProxy.Tests.Credentials;

/// <summary>A store at whose steps a test can do something: fail, look, or end the program.</summary>
internal sealed class WrappedStore(ILoginStore inner) : ILoginStore
{
    /// <summary>Called when the issuer's answer is about to be kept.</summary>
    public Action BeforeKeeping { get; set; } = () => { };

    /// <summary>Called when the issuer's answer was kept.</summary>
    public Action AfterKeeping { get; set; } = () => { };

    /// <summary>Called when the document is about to be written.</summary>
    public Action BeforeWriting { get; set; } = () => { };

    /// <summary>Called when the document was written.</summary>
    public Action AfterWriting { get; set; } = () => { };

    public string ShownPath => inner.ShownPath;

    public string SignInCommand => inner.SignInCommand;

    public string LockPath => inner.LockPath;

    public FileStamp Stamp() => inner.Stamp();

    public StoredLogin Read() => inner.Read();

    public ReadOnlyMemory<byte> ReadDocument() => inner.ReadDocument();

    public void Write(ReadOnlySpan<byte> document)
    {
        BeforeWriting();
        inner.Write(document);
        AfterWriting();
    }

    public IKeptAnswer BeginAnswer(Secret spent) => new WrappedAnswer(this, inner.BeginAnswer(spent));

    public IKeptAnswer? FindAnswer(Secret spent, out RefreshedTokens tokens) => inner.FindAnswer(spent, out tokens);

    private sealed class WrappedAnswer(WrappedStore store, IKeptAnswer answer) : IKeptAnswer
    {
        public void Keep(ReadOnlySpan<byte> bytes)
        {
            store.BeforeKeeping();
            answer.Keep(bytes);
            store.AfterKeeping();
        }

        public void Forget() => answer.Forget();

        public void Dispose() => answer.Dispose();
    }
}
