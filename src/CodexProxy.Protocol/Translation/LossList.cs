using CodexProxy.Protocol.Anthropic;

namespace CodexProxy.Protocol.Translation;

/// <summary>Collects what does not travel unchanged, each path once, in request order.</summary>
internal sealed class LossList
{
    private readonly List<TranslationLoss> _losses = [];
    private readonly HashSet<TranslationLoss> _known = [];

    public void Add(string path, LossKind kind)
    {
        var loss = new TranslationLoss(LossPath.Clean(path), kind);
        if (_known.Add(loss))
        {
            _losses.Add(loss);
        }
    }

    /// <summary>Notes the top-level members that stay here.</summary>
    public void Note(MessagesRequest request)
    {
        foreach (var member in request.OtherMembers)
        {
            Add(member, LossKind.Dropped);
        }

        if (request.StopSequences.Count > 0)
        {
            Add("stop_sequences", LossKind.Emulated);
        }

        if (request.MaxTokens is not null)
        {
            Add("max_tokens", LossKind.Emulated);
        }
    }

    public IReadOnlyList<TranslationLoss> ToList() => _losses;
}
