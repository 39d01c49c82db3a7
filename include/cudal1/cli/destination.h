// Where results go, decided and tried before any work is done.
#pragma once

#include <filesystem>
#include <string>

namespace cudal1::cli {

// Throws OutputError unless a file can be made at `path`. Makes nothing.
void require_writable(const std::filesystem::path& path);

class Destination {
 public:
  // `chosen`: --output, or empty for NAME.opt.cu beside `input`. OutputError when a chosen file
  // exists or the folder cannot be written.
  Destination(const std::filesystem::path& input, const std::filesystem::path& chosen);
  // The name that would be taken now; another run may take it first.
  std::filesystem::path preview() const;
  // Writes without ever replacing a file, and says where.
  std::filesystem::path write(const std::string& content) const;

 private:
  std::filesystem::path numbered(int number) const;
  std::filesystem::path input_, chosen_;
};

}  // namespace cudal1::cli
