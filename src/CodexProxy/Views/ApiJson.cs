using System.Text.Json.Serialization;
using CodexProxy.Records;

namespace CodexProxy.Views;

/// <summary>The JSON of the dashboard: one line each, and nothing where there is nothing.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull
)]
[JsonSerializable(typeof(HelloView))]
[JsonSerializable(typeof(InFlightView))]
[JsonSerializable(typeof(RequestView))]
[JsonSerializable(typeof(OverviewView))]
[JsonSerializable(typeof(RequestPageView))]
[JsonSerializable(typeof(RequestDetailView))]
[JsonSerializable(typeof(SessionPageView))]
[JsonSerializable(typeof(SessionStoryView))]
[JsonSerializable(typeof(UsageTableView))]
[JsonSerializable(typeof(QuotaToldView))]
[JsonSerializable(typeof(ChangedView))]
[JsonSerializable(typeof(SettingsView))]
[JsonSerializable(typeof(ModelsView))]
[JsonSerializable(typeof(TrialView))]
[JsonSerializable(typeof(RecordingState))]
internal sealed partial class ApiJson : JsonSerializerContext;
