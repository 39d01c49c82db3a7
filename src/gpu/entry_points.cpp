#include "entry_points.h"

#include <cxxabi.h>
#include <elf.h>

#include <cstdlib>
#include <cstring>
#include <memory>
#include <optional>
#include <set>

namespace cudal1::gpu {
namespace {

// NVIDIA's mark in st_other of a function symbol that is a kernel.
constexpr unsigned char kEntryMark = 0x10;

// A structure at `offset`, or nothing when it would end past the bytes.
template <typename T>
std::optional<T> read_at(std::string_view bytes, uint64_t offset) {
  if (offset > bytes.size() || bytes.size() - offset < sizeof(T)) return std::nullopt;
  T value;
  std::memcpy(&value, bytes.data() + offset, sizeof(T));
  return value;
}

std::string_view slice(std::string_view bytes, uint64_t offset, uint64_t size) {
  return offset <= bytes.size() && size <= bytes.size() - offset ? bytes.substr(offset, size)
                                                                 : std::string_view();
}

std::string_view name_at(std::string_view strings, uint64_t offset) {
  if (offset >= strings.size()) return {};
  const std::string_view rest = strings.substr(offset);
  return rest.substr(0, rest.find('\0'));
}

std::string demangled(const std::string& mangled) {
  int status = 0;
  const std::unique_ptr<char, decltype(&std::free)> text(
      abi::__cxa_demangle(mangled.c_str(), nullptr, nullptr, &status), &std::free);
  return status == 0 && text ? text.get() : mangled;
}

void erase_all(std::string& text, std::string_view part) {
  for (size_t at; (at = text.find(part)) != std::string::npos;) text.erase(at, part.size());
}

// "void (anonymous namespace)::tm<float, 4>(float*)" → "tm<float, 4>".
std::string launch_name(const std::string& mangled) {
  std::string text = demangled(mangled);
  erase_all(text, "(anonymous namespace)::");
  int depth = 0;  // of angle brackets: a parenthesis inside them is a cast or a function type
  size_t begin = 0, end = text.size();
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '<') ++depth;
    if (text[i] == '>') --depth;
    if (depth == 0 && text[i] == ' ') begin = i + 1;  // past the return type of a template
    if (depth == 0 && text[i] == '(') {
      end = i;
      break;
    }
  }
  return text.substr(begin, end - begin);
}

}  // namespace

std::vector<std::string> cubin_entry_points(std::string_view cubin) {
  std::vector<std::string> names;
  const auto header = read_at<Elf64_Ehdr>(cubin, 0);
  if (!header || std::memcmp(header->e_ident, ELFMAG, SELFMAG) != 0 ||
      header->e_ident[EI_CLASS] != ELFCLASS64 || header->e_shentsize != sizeof(Elf64_Shdr))
    return names;
  const auto section = [&](uint64_t i) {
    return i < header->e_shnum
               ? read_at<Elf64_Shdr>(cubin, header->e_shoff + i * sizeof(Elf64_Shdr))
               : std::nullopt;
  };
  for (uint64_t i = 0; i < header->e_shnum; ++i) {
    const auto table = section(i);
    if (!table || table->sh_type != SHT_SYMTAB) continue;
    const auto strings = section(table->sh_link);
    if (!strings) continue;
    const std::string_view text = slice(cubin, strings->sh_offset, strings->sh_size);
    const std::string_view symbols = slice(cubin, table->sh_offset, table->sh_size);
    for (uint64_t at = 0; const auto symbol = read_at<Elf64_Sym>(symbols, at);
         at += sizeof(Elf64_Sym))
      if (ELF64_ST_TYPE(symbol->st_info) == STT_FUNC && (symbol->st_other & kEntryMark))
        names.emplace_back(name_at(text, symbol->st_name));
  }
  return names;
}

std::vector<std::string> ptx_entry_points(std::string_view ptx) {
  std::vector<std::string> names;
  constexpr std::string_view kEntry = ".entry ";
  for (size_t at = ptx.find(kEntry); at != std::string_view::npos; at = ptx.find(kEntry, at)) {
    at += kEntry.size();
    const size_t end = ptx.find_first_of("( \t\r\n", at);
    if (end == std::string_view::npos) break;
    const std::string_view line = ptx.substr(ptx.rfind('\n', at) + 1, at);
    if (!line.starts_with("//")) names.emplace_back(ptx.substr(at, end - at));
  }
  return names;
}

std::map<std::string, std::string> launch_names(const std::vector<std::string>& mangled) {
  std::map<std::string, std::string> names;
  std::set<std::string> shared;
  for (const std::string& symbol : mangled) {
    const auto [entry, fresh] = names.emplace(launch_name(symbol), symbol);
    if (!fresh && entry->second != symbol) shared.insert(entry->first);
  }
  for (const std::string& name : shared) names.erase(name);
  return names;
}

}  // namespace cudal1::gpu
