namespace Tocsin.Web.Components;

/// <summary>What a mark can say. Ordered worst last, so that the worst of several is their maximum.</summary>
public enum ShownState { Up = 0, Maintenance = 1, Unknown = 2, Degraded = 3, Down = 4 }

/// <summary>Colour, shape and word of each state; all three always stand together.</summary>
public static class ShownStates
{
    extension(ShownState state)
    {
        /// <summary>The end of the CSS class: <c>state-down</c>.</summary>
        public string CssName => state switch
        {
            ShownState.Up => "up",
            ShownState.Maintenance => "maintenance",
            ShownState.Unknown => "blind",
            ShownState.Degraded => "degraded",
            ShownState.Down => "down",
        };

        public string Shape => state switch
        {
            ShownState.Up => "●",
            ShownState.Maintenance => "◆",
            ShownState.Unknown => "◌",
            ShownState.Degraded => "▲",
            ShownState.Down => "■",
        };

        public string Word => state switch
        {
            ShownState.Up => "up",
            ShownState.Maintenance => "maintenance",
            ShownState.Unknown => "cannot tell",
            ShownState.Degraded => "degraded",
            ShownState.Down => "down",
        };
    }
}
