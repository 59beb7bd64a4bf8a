import Glibc
import IncidentDomain
import Journal
import TextGate

extension Session {
  enum Access { case read, change }

  func openJournal(_ access: Access) throws(Failure) -> any Journal {
    throw Failure(.unavailable, "no store")
  }
}
