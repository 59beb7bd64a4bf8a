extension PolicySchema {
  static let severities: [Field] = [
    Field("severity", .severity, "SEV-1 (worst) to SEV-4", required: true),
    Field("aliases", .texts, "other words for it: P1, Critical"),
    Field("description", .text, "when it applies"),
    Field("examples", .text, "what it looks like"),
    Field("team", .text, "who answers: all hands"),
    Field("acknowledge", .span, "by when somebody works on it", compared: true),
    Field(
      "acknowledgement_expires", .span, "an acknowledgement ends when nothing happens for so long",
      compared: true),
    Field(
      "escalate",
      .records([
        Field("level", .number(1...99), "of the table levels", required: true),
        Field("after", .span, "from the declaration", required: true),
      ]), "when each level is called"),
    Field("update", .span, "the longest time between two status updates", compared: true),
    Field("mitigate", .span, "by when the impact is stopped", compared: true),
    Field("resolve", .span, "by when it is over", compared: true),
    Field("post_mortem", .span, "by when the review is published", compared: true),
    Field("document", .link, "where more stands"),
  ]

  static let levels: [Field] = [
    Field("level", .number(1...99), "1 is called first", required: true),
    Field("who", .text, "a role or a person", required: true, compared: true),
    Field("response", .span, "how soon they answer", compared: true),
  ]

  static let tiers: [Field] = [
    Field("tier", .number(1...99), "1 is the strictest", required: true),
    Field("description", .text, "what belongs to it"),
    Field("rpo", .span, "how far back restored data may end", compared: true),
    Field("rto", .span, "from the start of the disturbance to the recovery", compared: true),
    Field("examples", .text, "services of this tier"),
  ]

  static let objectives: [Field] = [
    Field("scope", .text, "what it holds for: all services", required: true),
    Field("rpo", .span, "how far back restored data may end", compared: true),
    Field("rto", .span, "how long recovery may take", compared: true),
    Field("note", .text, "in words"),
  ]

  static let data: [Field] = [
    Field("data", .text, "what kind of data", required: true),
    Field("rpo", .span, "how far back it may end", compared: true),
    Field("actual", .span, "how far back it ended when it was last tried"),
    Field("method", .text, "how"),
  ]

  static let recovery: [Field] = [
    Field("scenario", .text, "Rollback, Full DR, …", required: true),
    Field("target", .span, "how long it may take", compared: true),
    Field("actual", .span, "how long it took when it was last tried"),
    Field("method", .text, "how"),
    Field("tested", .choice(cycles), "how often it is tried"),
  ]

  static let cycles = ["daily", "weekly", "monthly", "quarterly", "yearly"]

  static let issues: [Field] = [
    Field("type", .text, "as people name it when they declare", required: true),
    Field("severity", .severity, "what it is declared as", compared: true),
    Field("first_response", .span, "by when somebody answers", compared: true),
    Field("document", .link, "the primary document, with its anchor"),
    Field("escalation", .text, "L2 after 15 min, or a team of the contacts"),
    Field("channel", .text, "where people talk about it"),
    Field("runbook", .text, "the runbook to open"),
    Field("description", .text, "in words"),
  ]

  static let contacts: [Field] = [
    Field("role", .text, "what they are called for", required: true),
    Field("primary", .text, "whom to call first"),
    Field("backup", .text, "whom to call when nobody answers"),
    Field("after", .text, "when the next is called: immediate, automatic, +15 min"),
    Field("group", .text, "emergency, support, external"),
  ]

  static let channels: [Field] = [
    Field("for", .text, "a severity or a type of issue", required: true),
    Field("channel", .text, "#ops-critical", required: true, compared: true),
  ]

  static let environments: [Field] = [
    Field("environment", .text, "production", required: true),
    Field("purpose", .text, "what it is for"),
    Field("promotion", .text, "what brings a change into it"),
  ]

  static let practices: [Field] = [
    Field("topic", .text, "Deployment strategy", required: true),
    Field(
      "default", .choice(["blue-green", "rolling", "canary", "recreate"]),
      "the strategy unless said otherwise", compared: true),
    Field("rule", .text, "what holds"),
    Field("document", .link, "where more stands"),
    Field("group", .text, "the chapter it stands in"),
  ]

  static let windows: [Field] = [
    Field("name", .text, "what is maintained", required: true),
    Field("when", .recurrence, "when it begins", required: true, compared: true),
    Field("zone", .zone, "of the time of day; else the policy's"),
    Field("duration", .span, "how long it is", compared: true),
    Field("frequency", .text, "as needed"),
    Field("notice", .span, "how long ahead users are told; else the policy's", compared: true),
  ]

  static let maintenance: [Field] = [
    Field("phase", .choice(["before", "during", "after"]), "when", required: true),
    Field("steps", .texts, "in order", required: true),
  ]

  static let backups: [Field] = [
    Field("name", .text, "what is backed up", required: true),
    Field("when", .recurrence, "when it begins", required: true, compared: true),
    Field("zone", .zone, "of the time of day; else the policy's"),
  ]

  static let checklists: [Field] = [
    Field("name", .text, "Daily operations", required: true),
    Field("repeats", .choice(cycles + ["kickoff"]), "how often; kickoff for no calendar"),
    Field("zone", .zone, "whose days are meant; else the policy's"),
    Field("automated", .flag, "yes when machines do it"),
    Field("items", .records(items), "in order"),
  ]

  static let items: [Field] = [
    Field("item", .text, "what is done", required: true),
    Field("question", .text, "what it asks"),
    Field("required", .flag, "no when it may be left out; else yes"),
    Field("notes", .text, "what was agreed"),
    Field("document", .text, "where more stands"),
    Field("when", .recurrence, "its own day or time"),
  ]

  static let card: [Field] = [
    Field("emergency", .text, "in the words a frightened person looks for", required: true),
    Field("steps", .texts, "the first thing first; three are read, ten are not", required: true),
  ]

  static let commands: [Field] = [
    Field("name", .text, "what it does", required: true),
    Field("command", .text, "the text to type", required: true, compared: true),
  ]

  static let reading: [Field] = [
    Field("role", .text, "who reads", required: true),
    Field(
      "documents",
      .records([
        Field("title", .text, "what it is called", required: true),
        Field("document", .link, "where it is"),
        Field("note", .text, "what for"),
        Field("group", .text, "Primary Documents, Daily Operations"),
      ]), "in order"),
    Field("steps", .texts, "in order"),
  ]

  static let reviews: [Field] = [
    Field("what", .text, "what is looked at again", required: true),
    Field("repeats", .choice(cycles), "how often", required: true),
  ]

  static let thresholds: [Field] = [
    Field("measure", .text, "what is measured", required: true),
    Field("limit", .limit, "beyond it the alert fires", compared: true),
    Field("over", .span, "for how long", compared: true),
    Field("note", .text, "in words"),
  ]

  static let targets: [Field] = [
    Field("measure", .text, "what is measured", required: true),
    Field("scope", .text, "for what: P1 incidents"),
    Field("limit", .limit, "on which side it is well", compared: true),
    Field("aim", .text, "in words, where no number is told"),
    Field("group", .text, "the chapter it stands in"),
  ]

  static let budgets: [Field] = [
    Field("service", .text, "what is paid for", required: true),
    Field("budget", .limit, "a month", compared: true),
    Field("alert", .limit, "from where somebody looks", compared: true),
    Field("action", .limit, "from where somebody acts", compared: true),
  ]

  static let systems: [Field] = [
    Field("service", .text, "what it is", required: true),
    Field("production", .link, "its address"),
    Field("staging", .link, "its address"),
    Field("monitoring", .link, "where it is watched"),
  ]

  static let tools: [Field] = [
    Field("tool", .text, "what it is called", required: true),
    Field("purpose", .text, "what it is for"),
    Field("access", .text, "how to reach it"),
    Field("document", .link, "where it is explained"),
  ]

  static let runbooks: [Field] = [
    Field("procedure", .text, "what it does", required: true),
    Field("area", .text, "what it is about"),
    Field("document", .link, "where it is"),
  ]

  static let documents: [Field] = [
    Field("title", .text, "what it is called", required: true),
    Field("document", .link, "where it is"),
    Field("purpose", .text, "what it is for"),
    Field("audience", .text, "who reads it"),
    Field("updated", .date, "when it last changed"),
    Field("when", .text, "when it is used"),
    Field("priority", .text, "CRITICAL, HIGH, …"),
    Field("frequency", .text, "how often it is looked at"),
    Field("owner", .text, "who answers for it"),
    Field("group", .text, "its chapter"),
  ]

  static let references: [Field] = [
    Field("name", .text, "what it is", required: true),
    Field("where", .link, "where it is"),
    Field("note", .text, "in words"),
    Field("group", .text, "its chapter"),
  ]
}
