#include "cudal1/core/files.h"

#include <fcntl.h>
#include <ftw.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>

#include "cudal1/core/error.h"
#include "cudal1/core/rng.h"

namespace cudal1 {
namespace fs = std::filesystem;
namespace {

constexpr char kTemporary[] = ".tmp";

std::string reason() { return std::strerror(errno); }

// Owns a descriptor for the length of one function.
struct Fd {
  int fd;
  ~Fd() {
    if (fd >= 0) ::close(fd);
  }
};

bool write_all(int fd, std::string_view content) {
  while (!content.empty()) {
    const ssize_t n = ::write(fd, content.data(), content.size());
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return false;
    content.remove_prefix(size_t(n));
  }
  return true;
}

[[noreturn]] void cannot_write(const fs::path& path, const std::string& why) {
  throw OutputError("cannot write '" + path.string() + "': " + why,
                    "Choose another place, or free space there; nothing was overwritten.");
}

bool write_all(int fd, std::span<const std::string_view> pieces) {
  return std::ranges::all_of(pieces, [&](std::string_view piece) { return write_all(fd, piece); });
}

// A complete, synced file beside `path`, to be renamed or linked into place.
fs::path write_temporary(const fs::path& path, std::span<const std::string_view> pieces) {
  fs::path temporary = path;
  temporary += kTemporary + std::to_string(::getpid()) + "-" + std::to_string(secret_seed() % 1000000);
  Fd file{::open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644)};
  if (file.fd < 0) cannot_write(path, reason());
  if (!write_all(file.fd, pieces) || ::fsync(file.fd) != 0) {
    const std::string why = reason();
    ::unlink(temporary.c_str());
    cannot_write(path, why);
  }
  return temporary;
}

}  // namespace

std::string read_file(const fs::path& path, uint64_t max_bytes) {
  const std::string shown = "'" + path.string() + "'";
  Fd file{::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK)};
  if (file.fd < 0) throw DataError("cannot read " + shown + ": " + reason(), "Check the path.");
  struct stat status {};
  if (::fstat(file.fd, &status) != 0) throw DataError("cannot read " + shown + ": " + reason());
  if (S_ISDIR(status.st_mode))
    throw DataError(shown + " is a directory, expected a file", "Name one of the files in it.");
  if (!S_ISREG(status.st_mode))
    throw DataError(shown + " is not a regular file", "Copy its content to a file first.");
  if (uint64_t(status.st_size) > max_bytes)
    throw DataError(shown + " has " + std::to_string(status.st_size) + " bytes, at most " +
                        std::to_string(max_bytes) + " are read",
                    "Is this the file you meant?");
  std::string content(size_t(status.st_size), '\0');
  size_t got = 0;
  while (got < content.size()) {
    const ssize_t n = ::read(file.fd, content.data() + got, content.size() - got);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) throw DataError("cannot read " + shown + ": " + reason());
    if (n == 0) break;
    got += size_t(n);
  }
  content.resize(got);
  return content;
}

void write_file_atomically(const fs::path& path, std::string_view content) {
  write_file_atomically(path, std::span(&content, 1));
}

void write_file_atomically(const fs::path& path, std::span<const std::string_view> pieces) {
  // A device or pipe such as /dev/full or /dev/stdout cannot be renamed over: write straight into it.
  std::error_code ignored;
  if (fs::exists(path, ignored) && !fs::is_regular_file(path, ignored)) {
    Fd file{::open(path.c_str(), O_WRONLY | O_CLOEXEC)};
    if (file.fd < 0 || !write_all(file.fd, pieces)) cannot_write(path, reason());
    return;
  }
  const fs::path temporary = write_temporary(path, pieces);
  if (::rename(temporary.c_str(), path.c_str()) != 0) {
    const std::string why = reason();
    ::unlink(temporary.c_str());
    cannot_write(path, why);
  }
}

bool write_new_file(const fs::path& path, std::string_view content) {
  std::error_code ignored;
  if (fs::exists(fs::symlink_status(path, ignored))) return false;
  const fs::path temporary = write_temporary(path, std::span(&content, 1));
  const int status = ::link(temporary.c_str(), path.c_str());
  const int error = errno;
  ::unlink(temporary.c_str());
  if (status != 0 && error != EEXIST) cannot_write(path, std::strerror(error));
  return status == 0;
}

bool is_temporary(const fs::path& path) {
  const std::string extension = path.extension();
  return extension.starts_with(kTemporary) && extension.find('-') != std::string::npos &&
         extension.find_first_not_of("0123456789-", sizeof kTemporary - 1) == std::string::npos;
}

void remove_leftovers(const fs::path& folder, std::chrono::seconds age) {
  std::error_code failed;  // what another process removes meanwhile is gone as well
  for (fs::directory_iterator entry(folder, failed), end; !failed && entry != end; entry.increment(failed)) {
    if (!is_temporary(entry->path())) continue;
    std::error_code gone;
    const auto touched = fs::last_write_time(entry->path(), gone);
    if (!gone && fs::file_time_type::clock::now() - touched >= age) fs::remove(entry->path(), gone);
  }
}

AppendFile::AppendFile(const fs::path& path)
    : fd_(::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644)), path_(path) {
  if (fd_ < 0) cannot_write(path, reason());
}

AppendFile::~AppendFile() {
  if (fd_ >= 0) ::close(fd_);
}

AppendFile::AppendFile(AppendFile&& other) noexcept : fd_(other.fd_), path_(std::move(other.path_)) {
  other.fd_ = -1;
}

void AppendFile::line(std::string_view text) {
  std::string whole(text);
  whole += '\n';
  if (!write_all(fd_, whole)) cannot_write(path_, reason());
}

fs::path cache_directory() {
  const char* own = std::getenv("CUDAL1_CACHE_DIR");
  const char* xdg = std::getenv("XDG_CACHE_HOME");
  const char* home = std::getenv("HOME");
  fs::path path;
  if (own && *own) path = own;
  else if (xdg && *xdg) path = fs::path(xdg) / "cudal1";
  else if (home && *home) path = fs::path(home) / ".cache" / "cudal1";
  else path = fs::temp_directory_path() / ("cudal1-" + std::to_string(::getuid()));
  std::error_code error;
  fs::create_directories(path, error);
  if (error)
    throw EnvironmentError("cannot create the cache folder '" + path.string() + "': " + error.message(),
                           "Set CUDAL1_CACHE_DIR to a folder you can write.");
  return path;
}

void remove_folder(const fs::path& folder) {
  constexpr int kOpenFolders = 16;
  const auto remove_one = [](const char* path, const struct stat*, int, FTW*) {
    return ::remove(path);
  };
  if (::nftw(folder.c_str(), remove_one, kOpenFolders, FTW_DEPTH | FTW_PHYS) == 0 || errno == ENOENT)
    return;
  throw OutputError("cannot remove " + folder.string() + ": " + reason());
}

}  // namespace cudal1
