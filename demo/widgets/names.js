// What candidates are called and where their pictures are: of a whole gallery, or of a window that was fetched for a question.
function namesOf(value, rows = null) {
  return {
    titles: value.titles, files: value.files, copies: value.copies, gallery: value.gallery || "", quiet: new Set(value.quiet), shared: new Set(value.shared),
    addressOf: (index) => (value.pictures[index] ? value.folder + value.pictures[index] : ""),
    isKnown: (index) => !rows || value.pictures[index] !== undefined,
    rowOf: (index) => (rows ? rows[index] : index),
  };
}
