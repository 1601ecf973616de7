namespace Tocsin.StatusPages;

/// <summary>How a component is, as the public sees it. Ordered worst last, so that the worst of several is their maximum.</summary>
public enum ComponentState { Operational = 0, Maintenance = 1, Unknown = 2, Degraded = 3, PartialOutage = 4, MajorOutage = 5 }

/// <summary>Words, shapes and colours of the states; the three always stand together.</summary>
internal static class ComponentStates
{
    extension(ComponentState state)
    {
        /// <summary>The word in our JSON.</summary>
        public string Word => state switch
        {
            ComponentState.Operational => "operational",
            ComponentState.Maintenance => "maintenance",
            ComponentState.Unknown => "unknown",
            ComponentState.Degraded => "degraded",
            ComponentState.PartialOutage => "partial",
            ComponentState.MajorOutage => "major",
        };

        /// <summary>The word for people.</summary>
        public string InWords => state switch
        {
            ComponentState.Operational => "working",
            ComponentState.Maintenance => "maintenance",
            ComponentState.Unknown => "cannot tell",
            ComponentState.Degraded => "degraded",
            ComponentState.PartialOutage => "partly down",
            ComponentState.MajorOutage => "down",
        };

        public string Shape => state switch
        {
            ComponentState.Operational => "●",
            ComponentState.Maintenance => "◆",
            ComponentState.Unknown => "◌",
            ComponentState.Degraded => "▲",
            ComponentState.PartialOutage or ComponentState.MajorOutage => "■",
        };

        /// <summary>The end of the CSS class.</summary>
        public string CssName => state switch
        {
            ComponentState.Operational => "up",
            ComponentState.Maintenance => "maintenance",
            ComponentState.Unknown => "blind",
            ComponentState.Degraded => "degraded",
            ComponentState.PartialOutage or ComponentState.MajorOutage => "down",
        };
    }
}
