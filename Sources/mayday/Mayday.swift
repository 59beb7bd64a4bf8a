@main enum Mayday { static func main() {} }
