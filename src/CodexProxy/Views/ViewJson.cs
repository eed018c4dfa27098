using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace CodexProxy.Views;

/// <summary>The JSON of everything that is told about accounts, quotas and models.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(AccountListView))]
[JsonSerializable(typeof(AccountStatusView))]
[JsonSerializable(typeof(Done))]
[JsonSerializable(typeof(Refused))]
[JsonSerializable(typeof(QuotaAnswer))]
[JsonSerializable(typeof(QuotaAllAnswer))]
[JsonSerializable(typeof(UsageAnswer))]
[JsonSerializable(typeof(ModelsAnswer))]
[JsonSerializable(typeof(StrategyAnswer))]
[JsonSerializable(typeof(UpstreamListView))]
[JsonSerializable(typeof(KiloAnswer))]
[JsonSerializable(typeof(KiloModelsAnswer))]
[JsonSerializable(typeof(SignInBegun))]
[JsonSerializable(typeof(SignInNotBegun))]
[JsonSerializable(typeof(DeviceBegun))]
[JsonSerializable(typeof(LinkView))]
[JsonSerializable(typeof(SetupPreview))]
[JsonSerializable(typeof(StatusView))]
[JsonSerializable(typeof(ModelTableView))]
[JsonSerializable(typeof(SessionView))]
[JsonSerializable(typeof(CacheView))]
internal sealed partial class ViewJson : JsonSerializerContext
{
    /// <summary>For files and terminals, where nobody mistakes text for markup.</summary>
    public static ViewJson Readable { get; } =
        new(
            new JsonSerializerOptions
            {
                PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
                WriteIndented = true,
                Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
            }
        );
}

/// <summary>Something was done.</summary>
/// <param name="Message">One sentence.</param>
internal sealed record Done(string Message)
{
    public bool Success { get; } = true;
}

/// <summary>Something was not done.</summary>
/// <param name="Error">One or two sentences with what to do.</param>
internal sealed record Refused(string Error)
{
    public bool Success { get; }
}
