using CodexProxy.Accounts;
using CodexProxy.Codex;
using CodexProxy.Credentials;
using CodexProxy.Endpoints;
using CodexProxy.Feed;
using CodexProxy.Keys;
using CodexProxy.Options;
using CodexProxy.Protocol.Tokens;
using CodexProxy.Records;
using CodexProxy.Relay;
using CodexProxy.Sqlite;
using CodexProxy.Telemetry;
using CodexProxy.Usage;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Logging.Abstractions;

namespace CodexProxy.Hosting;

/// <summary>The composition root: everything that is created once is created here.</summary>
public static class GatewayHost
{
    /// <summary>The one library of the program that is no .NET code: the history's.</summary>
    internal const string NativeLibrary = SqliteStorage.Library;

    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(10);

    /// <summary>Builds the gateway. It listens after <c>StartAsync</c>; port 0 takes a free port.</summary>
    /// <param name="options">The settings.</param>
    /// <param name="surroundings">Clock, upstream and logging.</param>
    /// <exception cref="OptionsRejectedException">The certificate cannot be used.</exception>
    public static WebApplication Build(ProxyOptions options, GatewaySurroundings surroundings)
    {
        // Empty: the framework's own files and variables (appsettings.json of some project, ASPNETCORE_URLS) are not
        // our settings.
        var builder = WebApplication.CreateEmptyBuilder(
            new WebApplicationOptions
            {
                ApplicationName = ProductInfo.Name,
                ContentRootPath = AppContext.BaseDirectory,
                EnvironmentName = Environments.Production,
            }
        );
        builder.WebHost.UseKestrelCore();
        if (options.Server.IsEncrypted)
        {
            builder.WebHost.UseKestrelHttpsConfiguration();
        }

        builder.WebHost.ConfigureKestrel(kestrel => KestrelSetup.Apply(kestrel, options.Server));
        // Requests end before that by themselves; the rest is for what is still to be written.
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = options.Server.Shutdown + Grace);
        // Who runs the gateway decides what signals mean to it.
        builder.Services.AddSingleton<IHostLifetime, NoLifetime>();
        OptionsSource? source = null;
        var redactor = new Redactor();
        var logs = new GatewayLogs(surroundings.Time, redactor, GatewayObservation.Places(options, surroundings));
        AddServices(builder.Services, options, surroundings, redactor);
        builder.Services.AddSingleton(logs.Ring);
        builder.Services.AddSingleton(_ => logs);
        builder.Logging.AddGatewayLogging(logs, surroundings.Logs, () => (source?.Current ?? options).LogLevel);

        var app = builder.Build();
        source = app.Services.GetRequiredService<OptionsSource>();
        source.Watch(surroundings.Time);
        GatewayObservation.Begin(app.Services);
        // It listens from the first request on.
        app.Services.GetRequiredService<FeedSources>();
        app.Services.GetRequiredService<CatalogueSource>().Load();
        app.Lifetime.ApplicationStopping.Register(app.Services.GetRequiredService<Closing>().Begin);
        UsePipeline(app);
        MapEndpoints(app);
        return app;
    }

    /// <summary>
    /// The same things without the server, for commands that ask the backend themselves. Nothing is logged: commands say what
    /// they find.
    /// </summary>
    public static ServiceProvider BuildServices(ProxyOptions options, GatewaySurroundings surroundings)
    {
        var services = new ServiceCollection();
        services.AddSingleton(typeof(ILogger<>), typeof(NullLogger<>));
        AddServices(services, options, surroundings, new Redactor());
        var provider = services.BuildServiceProvider();
        provider.GetRequiredService<CatalogueSource>().Load();
        return provider;
    }

    /// <summary>The address a started gateway listens on.</summary>
    public static Uri AddressOf(WebApplication app) =>
        new(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());

    /// <summary>Where the history of requests is kept.</summary>
    internal static IUsageStorage UsageStorage(ProxyOptions options, TimeProvider time) =>
        new SqliteStorage(options.Home, time);

    private static void AddServices(
        IServiceCollection services,
        ProxyOptions options,
        GatewaySurroundings surroundings,
        Redactor redactor
    )
    {
        services.AddRoutingCore();
        services.AddSingleton(redactor);
        services.AddSingleton(surroundings.Time);
        services.AddSingleton(provider => new OptionsSource(
            options,
            surroundings.Inputs,
            provider.GetRequiredService<ILogger<OptionsSource>>()
        ));
        services.AddSingleton(_ => UpstreamHttp.CreateClient(surroundings.Upstream));
        services.AddSingleton<TokenClient>();
        services.AddSingleton(_ => surroundings.OpenVault(options));
        services.AddSingleton(provider =>
            surroundings.OpenAccounts(
                options,
                provider.GetRequiredService<ISecretVault>(),
                provider.GetRequiredService<TokenClient>(),
                provider.GetRequiredService<ILogger<CodexLogin>>(),
                GatewayObservation.Watch(provider)
            )
        );
        services.AddSingleton<RevocationClient>();
        services.AddSingleton<SignOut>();
        services.AddSingleton<AccountActions>();
        services.AddSingleton<PendingSignIn>();
        services.AddSingleton(_ => new DashboardAccess(options.Home, surroundings.Time));
        services.AddSingleton(_ => new DashboardFiles(surroundings.Page));
        services.AddSingleton<KeyBook>();
        services.AddSingleton<KeyMeter>();
        services.AddSingleton(_ => new KeyDayFile(options.KeyUsagePath));
        services.AddHostedService<KeyDayKeeper>();
        services.AddSingleton<KeyDoor>();
        services.AddSingleton<LocalGuard>();
        services.AddSingleton<RequestCeiling>();
        services.AddSingleton<ManagementToken>();
        services.AddSingleton(provider => new ClaudeConfigEndpoint(
            provider.GetRequiredService<OptionsSource>(),
            surroundings.Inputs,
            surroundings.Time
        ));
        services.AddSingleton(provider => new SettingsPage(
            provider.GetRequiredService<OptionsSource>(),
            surroundings.Inputs
        ));
        services.AddSingleton<FailureBoundary>();
        services.AddSingleton<LogStream>();
        services.AddObservation(options, surroundings);
        AddFeed(services);
        AddUpstream(services, options, surroundings);
        AddRelay(services, options, surroundings);
    }

    private static void AddFeed(IServiceCollection services)
    {
        services.AddSingleton<LiveFeed>();
        services.AddSingleton<InFlightBook>();
        services.AddSingleton<FeedSources>();
        services.AddSingleton<FeedEndpoint>();
        services.AddSingleton<ModelTrial>();
        services.AddSingleton<UsageSource>();
        services.AddSingleton<OverviewEndpoint>();
    }

    private static void AddUpstream(IServiceCollection services, ProxyOptions options, GatewaySurroundings surroundings)
    {
        services.AddSingleton(provider => new UpstreamConnections(
            provider.GetRequiredService<HttpClient>(),
            surroundings.Upstream
        ));
        services.AddSingleton<TurnStates>();
        services.AddSingleton<QuotaBook>();
        services.AddSingleton<UsageClient>();
        services.AddSingleton(provider => new CatalogueFile(
            Path.Combine(options.Home, "models.json"),
            provider.GetRequiredService<ILogger<CatalogueFile>>()
        ));
        services.AddSingleton<CatalogueSource>();
        services.AddSingleton<WorkspaceRouting>();
        services.AddSingleton<CodexClient>();
        services.AddSingleton<UpstreamKeys>();
        services.AddSingleton<ChatUpstreamClient>();
        services.AddSingleton<Upstreams>();
        services.AddSingleton<KiloChoice>();
        services.AddSingleton<KiloModels>();
    }

    private static void AddRelay(IServiceCollection services, ProxyOptions options, GatewaySurroundings surroundings)
    {
        services.AddSingleton<TokenCounter>();
        services.AddSingleton<RequestTokenCounter>();
        services.AddSingleton<UsageCalibration>();
        services.AddSingleton(_ => new RelayMemory(surroundings.Time, surroundings.NewJitter));
        services.AddSingleton<LossLedger>();
        services.AddSingleton<RelayLog>();
        services.AddSingleton<RequestMetrics>();
        services.AddSingleton<RequestBook>();
        services.AddSingleton<CacheBook>();
        services.AddSingleton<RequestPrinter>();
        services.AddSingleton<SessionProjects>();
        services.AddSingleton(UsageStorage(options, surroundings.Time));
        services.AddSingleton<UsageBook>();
        services.AddSingleton<UsageWriter>();
        services.AddHostedService(provider => provider.GetRequiredService<UsageWriter>());
        services.AddSingleton<BodyRecorder>();
        services.AddSingleton<RecordNames>();
        services.AddSingleton<TurnRecorder>();
        services.AddSingleton<BundleWriter>();
        services.AddSingleton<TranslationPreview>();
        services.AddSingleton<TranslateEndpoint>();
        services.AddSingleton<RequestTranslation>();
        services.AddSingleton<AccountRouter>();
        services.AddSingleton<Closing>();
        services.AddSingleton<MessageRelay>();
        services.AddSingleton<MessagesEndpoint>();
        services.AddSingleton<CountTokensEndpoint>();
        services.AddSingleton<ChatEndpoint>();
        services.AddSingleton<ModelsEndpoint>();
        services.AddSingleton<VendorForward>();
        services.AddSingleton<VendorRelay>();
        services.AddSingleton<ResponseStore>();
        services.AddSingleton<ResponsesExchanges>();
        services.AddSingleton<ResponsesEndpoint>();
        services.AddSingleton<ResponsesSocket>();
        services.AddSingleton<StoredResponses>();
    }

    private static void UsePipeline(WebApplication app)
    {
        app.Use(RequestIdentity.InvokeAsync);
        app.Use(RequestTracing.InvokeAsync);
        app.Use(app.Services.GetRequiredService<FailureBoundary>().InvokeAsync);
        app.Use(app.Services.GetRequiredService<LocalGuard>().InvokeAsync);
        app.Use(app.Services.GetRequiredService<RequestCeiling>().InvokeAsync);
        app.UseWebSockets(new WebSocketOptions { KeepAliveInterval = TimeSpan.FromSeconds(30) });
        // After the guard, which may shorten the path.
        app.UseRouting();
    }

    private static void MapEndpoints(WebApplication app)
    {
        app.MapPost("/v1/messages", (HttpContext http, MessagesEndpoint messages) => messages.ServeAsync(http));
        app.MapPost(
            "/v1/messages/count_tokens",
            (HttpContext http, CountTokensEndpoint countTokens) => countTokens.ServeAsync(http)
        );
        app.MapGet("/v1/models", (HttpContext http, ModelsEndpoint models) => models.ListAsync(http));
        app.MapGet(
            "/v1/models/{**id}",
            (HttpContext http, string id, ModelsEndpoint models) => models.OneAsync(http, id)
        );
        app.MapPost("/v1/chat/completions", (HttpContext http, ChatEndpoint chat) => chat.ServeAsync(http));
        app.MapResponses();
        app.MapAccounts();
        app.MapAccountActions();
        app.MapSignIn();
        app.MapClaudeConfig();
        app.MapKilo();
        app.MapRecords();
        app.MapLogs();
        app.MapDashboard();
        app.MapApi();
        app.MapRecording();
        app.MapService();
    }
}
