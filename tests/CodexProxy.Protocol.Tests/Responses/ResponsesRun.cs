using System.Text;
using CodexProxy.Protocol.OpenAI;
using CodexProxy.Protocol.Responses;
using CodexProxy.Protocol.Tests.Translation;

namespace CodexProxy.Protocol.Tests.Responses;

/// <summary>Runs events through one translator and keeps what came out.</summary>
internal sealed class ResponsesRun
{
    public ResponsesRun() =>
        Translator = new ResponsesTranslator(
            ResponseFixtures.Settings(),
            new ResponsesAnswer { Finished = kept => Kept = kept }
        );

    public ResponsesTranslator Translator { get; }

    public List<ResponsesEvent> Events { get; } = [];

    public KeptResponse? Kept { get; private set; }

    public ResponsesRun Accept(params string[] events)
    {
        foreach (var json in events)
        {
            var bytes = Encoding.UTF8.GetBytes(json);
            Translator.Accept(new RawEvent(ResponseEventReader.Read(bytes), bytes), Events);
        }

        return this;
    }
}
