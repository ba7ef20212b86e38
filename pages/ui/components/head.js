export default function ({ data }) {
  document.documentElement.lang = data.language;
  let description = document.head.querySelector('meta[name="description"]');
  if (!description) {
    description = document.createElement("meta");
    description.name = "description";
    document.head.append(description);
  }
  description.content = data.description;
}
