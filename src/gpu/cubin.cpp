#include "cudal1/gpu/cubin.h"

#include <elf.h>

#include <cstring>
#include <optional>

namespace cudal1::gpu {
namespace {

// A structure at `offset`, copied, since nothing in a string is aligned.
template <typename T>
std::optional<T> at(std::string_view file, uint64_t offset) {
  if (offset > file.size() || file.size() - offset < sizeof(T)) return std::nullopt;
  T value;
  std::memcpy(&value, file.data() + offset, sizeof value);
  return value;
}

std::string text_at(std::string_view file, const Elf64_Shdr& strings, uint64_t index) {
  if (strings.sh_offset > file.size() || index >= strings.sh_size) return "";
  const std::string_view table = file.substr(strings.sh_offset, strings.sh_size);
  if (index >= table.size()) return "";
  const std::string_view rest = table.substr(index);
  return std::string(rest.substr(0, rest.find('\0')));
}

struct Sections {
  std::string_view file;
  std::vector<Elf64_Shdr> headers;
  uint64_t names = 0;

  std::string name(uint64_t index) const {
    if (index >= headers.size() || names >= headers.size()) return "";
    return text_at(file, headers[names], headers[index].sh_name);
  }
};

Sections sections_of(std::string_view file) {
  Sections sections{file, {}, 0};
  const auto header = at<Elf64_Ehdr>(file, 0);
  if (!header || std::memcmp(header->e_ident, ELFMAG, SELFMAG) != 0) return sections;
  sections.names = header->e_shstrndx;
  for (uint64_t i = 0; i < header->e_shnum; ++i) {
    const auto section = at<Elf64_Shdr>(file, header->e_shoff + i * sizeof(Elf64_Shdr));
    if (!section) return {file, {}, 0};
    sections.headers.push_back(*section);
  }
  return sections;
}

// .nv.global, .nv.global.init: __device__. .nv.constant3: __constant__ (other banks are parameters and literals).
bool holds_variables(const std::string& section) {
  return section.starts_with(".nv.global") || section == ".nv.constant3";
}

}  // namespace

std::vector<ModuleVariable> variables_of(std::string_view cubin) {
  std::vector<ModuleVariable> found;
  const Sections sections = sections_of(cubin);
  for (const Elf64_Shdr& table : sections.headers) {
    if (table.sh_type != SHT_SYMTAB || table.sh_link >= sections.headers.size()) continue;
    for (uint64_t offset = 0; offset + sizeof(Elf64_Sym) <= table.sh_size; offset += sizeof(Elf64_Sym)) {
      const auto symbol = at<Elf64_Sym>(cubin, table.sh_offset + offset);
      if (!symbol) return {};
      if (ELF64_ST_TYPE(symbol->st_info) != STT_OBJECT || symbol->st_size == 0) continue;
      if (holds_variables(sections.name(symbol->st_shndx)))
        found.push_back({text_at(cubin, sections.headers[table.sh_link], symbol->st_name), symbol->st_size});
    }
  }
  return found;
}

}  // namespace cudal1::gpu
