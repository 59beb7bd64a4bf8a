import Console
import Dispatch
import IncidentDomain
import Runbooks
import Synchronization
import TextGate

/// Reads the runbooks when they are looked at, on a thread of its own.
final class CatalogueDesk: Sendable {
  private let folders: [String]
  private let post: @Sendable (Message) -> Void
  private let queue = DispatchQueue(label: "mayday.catalogue")
  private let loaded = Mutex<Catalogue?>(nil)

  init(folders: [String], post: @escaping @Sendable (Message) -> Void) {
    self.folders = folders
    self.post = post
  }

  /// Reads every runbook anew: files change while a console is open.
  func load() {
    queue.async { [self] in
      if let catalogue = read() { post(.catalogueLoaded(catalogue)) }
    }
  }

  /// Opens one runbook by the name the catalogue knows it by.
  func open(_ name: String) {
    queue.async { [self] in
      guard let catalogue = loaded.withLock({ $0 }) ?? read() else { return }
      do throws(Catalogue.LookupError) {
        post(.runbookOpened(try catalogue.runbook(named: name)))
      } catch {
        post(.failed(error.message))
      }
    }
  }

  /// Compares the file of a run's runbook with what the run has.
  func check(_ run: EventID, path: String, digest: String) {
    queue.async { [self] in
      guard let file = CatalogueReader.file(path, in: folders),
        let runbook = try? Runbook(path: path, bytes: file.bytes), runbook.digest != digest
      else { return post(.runbookOnDisk(run, nil)) }
      post(.runbookOnDisk(run, runbook))
    }
  }

  /// Reads the files of runs' runbooks as they are now.
  func readWalked(_ paths: [EventID: String]) {
    queue.async { [self] in
      post(
        .walkedFilesRead(
          paths.compactMapValues { path in
            CatalogueReader.file(path, in: folders).flatMap {
              try? Runbook(path: path, bytes: $0.bytes)
            }
          }))
    }
  }

  private func read() -> Catalogue? {
    guard !folders.isEmpty else {
      post(.failed("no folder of runbooks is known; name one with --runbooks DIR"))
      return nil
    }
    do throws(CatalogueReader.ReadError) {
      let catalogue = try CatalogueReader.read(roots: folders)
      loaded.withLock { $0 = catalogue }
      return catalogue
    } catch {
      post(.failed(error.message))
      return nil
    }
  }
}
