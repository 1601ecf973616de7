using System.Reflection;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Tocsin.Kernel;
using Tocsin.Kernel.Ports;
using Tocsin.OnCall;
using Tocsin.Paging.Channels;
using Tocsin.Paging.Delivery;
using Tocsin.Paging.Escalation;
using Tocsin.Paging.Messages;
using Tocsin.Paging.Pages;
using Tocsin.Paging.Watch;
using Tocsin.Web;

namespace Tocsin.Paging;

/// <summary>Registration of paging.</summary>
/// <remarks>Needs <see cref="IDownNow"/> and <see cref="IProbingHealth"/> from whoever composes the program.</remarks>
public static class PagingModule
{
    public static IReadOnlyList<Migration> Migrations { get; } = Migration.From(Assembly.GetExecutingAssembly(), "paging");

    /// <summary>Run on a restored backup: escalations of the day it was taken wake nobody today.</summary>
    public const string HoldOnRestore = "update paging_run set state = 'stopped' where state = 'running'";

    /// <param name="keyDirectory">Where signing keys are kept.</param>
    public static IServiceCollection AddPaging(this IServiceCollection services, string keyDirectory) => services
        .AddChannels()
        .AddSingleton(provider => new AckLinks(
            SigningKeys.Open(keyDirectory, AckLinks.Purpose, provider.GetRequiredService<TimeProvider>(), RandomNumberGenerator.Create()),
            RandomNumberGenerator.Create()))
        .AddSingleton<IStepPeople, StepPeople>()
        .AddSingleton<ContactBook>()
        .AddSingleton<DeliveryTally>()
        .AddSingleton<IMeasured>(provider => provider.GetRequiredService<DeliveryTally>())
        .AddSingleton<Sender>()
        .AddSingleton<EscalationClock>()
        .AddSingleton<Escalator>()
        .AddSingleton<AckDesk>()
        .AddSingleton<ILedgerHandler, PageHandler>()
        .AddSingleton<ILedgerHandler, TellHandler>()
        .AddSingleton<ILedgerHandler, TestHandler>()
        .AddSingleton<SelfTests>()
        .AddSingleton<HeldDesk>()
        .AddSingleton<IReachability, Reachability>()
        .AddSingleton<IPanel<IncidentId>, AwakePanel>()
        .AddSingleton(new SettingsLink(110, "Contact methods", "/settings/contacts", "How you are woken, and a test that it works.", Permissions.Read))
        .AddSingleton(new SettingsLink(120, "Deliveries", "/settings/deliveries", "What waits to be sent, and what could not be.", Permissions.Read))
        .AddSingleton<IJournalReader, PagingReader>()
        .AddSingleton<IPump, EscalationPump>()
        .AddSingleton<IPump, MemoryPager>()
        .AddSingleton(provider => ActivatorUtilities.CreateInstance<OutboundHeartbeat>(provider,
            new HttpClient(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false })))
        .AddSingleton<IPump>(provider => provider.GetRequiredService<OutboundHeartbeat>())
        .AddSingleton<IMeasured>(provider => provider.GetRequiredService<OutboundHeartbeat>());

    /// <summary>Acknowledge links.</summary>
    public static void MapPaging(this IEndpointRouteBuilder app) => AckEndpoints.Map(app);
}
