import Grid
import IncidentDomain
import TextGate

/// The console as two pure functions: messages change the model and ask for effects, and the model
/// gives the frame. No terminal, no store, no clock.
public enum Console {
  /// Folds one message into the model.
  ///
  /// - Returns: what the host is to do, in order.
  public static func update(_ model: inout Model, _ message: Message) -> [Effect] {
    model.take(message)
  }

  /// The whole screen.
  public static func view(_ model: Model, _ size: Size, glyphs: GlyphSet) -> Frame {
    show(model, size, glyphs: glyphs).frame
  }

  /// The whole screen, and when it will look different though nothing happens.
  public static func show(_ model: Model, _ size: Size, glyphs: GlyphSet) -> Shown {
    var painter = Painter(model: model, size: size, glyphs: glyphs)
    painter.paint()
    return Shown(
      frame: painter.frame, nextEdge: painter.secondsToChange.map { model.now + $0 })
  }
}

/// A frame and how long it stays true.
public struct Shown: Sendable {
  /// What the terminal shows.
  public let frame: Frame
  /// When the host is to send ``Message/clock(_:)`` next; nil when nothing shown depends on time.
  public let nextEdge: Instant?
}
