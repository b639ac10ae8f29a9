"""The CloudFormation resources that Chalice does not create."""
