using CodexProxy.Protocol.Models;

namespace CodexProxy.Codex;

/// <summary>Who serves a model: the Codex backend, or the alternate upstream that the model's name begins with.</summary>
internal sealed class Upstreams(CodexClient codex, ChatUpstreamClient chat)
{
    /// <summary>The upstream of a model.</summary>
    public IUpstream Of(CodexModel model) => model.Upstream is null ? codex : chat;
}
