"""What a person sees of mails, drafts and lists: reading models that the page, the API and the command line share."""
