using System.Reflection;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Tocsin.Kernel.Ports;
using Tocsin.Paging.Channels;
using Tocsin.Paging.Delivery;
using Tocsin.Paging.Escalation;
using Tocsin.Paging.Messages;
using Tocsin.Paging.Pages;
using Tocsin.Paging.Watch;

namespace Tocsin.Paging;

/// <summary>Registration of paging.</summary>
/// <remarks>Needs <see cref="IDownNow"/> and <see cref="IProbingHealth"/> from whoever composes the program.</remarks>
public static class PagingModule
{
    public static IReadOnlyList<Migration> Migrations { get; } = Migration.From(Assembly.GetExecutingAssembly(), "paging");

    /// <param name="keyDirectory">Where signing keys are kept.</param>
    public static IServiceCollection AddPaging(this IServiceCollection services, string keyDirectory) => services
        .AddChannels()
        .AddSingleton(provider => new AckLinks(
            SigningKeys.Open(keyDirectory, AckLinks.Purpose, provider.GetRequiredService<TimeProvider>(), RandomNumberGenerator.Create()),
            RandomNumberGenerator.Create()))
        .AddSingleton<IStepPeople, StepPeople>()
        .AddSingleton<ContactBook>()
        .AddSingleton<Sender>()
        .AddSingleton<Escalator>()
        .AddSingleton<AckDesk>()
        .AddSingleton<ILedgerHandler, PageHandler>()
        .AddSingleton<ILedgerHandler, TellHandler>()
        .AddSingleton<ILedgerHandler, TestHandler>()
        .AddSingleton<SelfTests>()
        .AddSingleton<IJournalReader, PagingReader>()
        .AddSingleton<IPump, EscalationPump>()
        .AddSingleton<IPump, MemoryPager>()
        .AddSingleton<IPump>(provider => ActivatorUtilities.CreateInstance<OutboundHeartbeat>(provider,
            new HttpClient(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false })));

    /// <summary>Acknowledge links.</summary>
    public static void MapPaging(this IEndpointRouteBuilder app) => AckEndpoints.Map(app);
}
