using Microsoft.AspNetCore.Http;
using Tocsin.Kernel;

namespace Tocsin.Web;

/// <summary>In which zone times are shown.</summary>
public interface IDisplayZone
{
    /// <returns>The zone of a person, or of the install for null and for people without one.</returns>
    TimeZoneInfo For(PersonKey? person);
}

/// <summary>Until a configuration says otherwise, times are shown in UTC.</summary>
internal sealed class UtcDisplayZone : IDisplayZone
{
    public TimeZoneInfo For(PersonKey? person) => TimeZoneInfo.Utc;
}

/// <summary>One moment and one zone for everything on a page, so that its parts agree. Lives for one request.</summary>
public sealed class PageTime(TimeProvider clock, IDisplayZone zones, IHttpContextAccessor http)
{
    public DateTimeOffset Now { get; } = clock.GetUtcNow();
    public TimeZoneInfo Zone { get; } = zones.For(http.HttpContext?.User.PersonKey);
}
